"""Deactivating an account and taking that back: the rules, and what becomes of its sessions (A-12)."""

import pytest

from services.identity.errors.accounts import AccountNotActive, AccountNotDeactivated, AccountUnknown
from services.identity.models.accounts import AccountStatus
from services.identity.models.history import HistoryEntry, Origin
from services.identity.use_cases import deactivation
from tests.services.identity.builders import Identity, an_account, refusal

pytestmark = pytest.mark.both_databases

HERE = Origin("192.0.2.7", "a browser")
DEACTIVATED, REACTIVATED = "identity.account_deactivated.v1", "identity.account_reactivated.v1"


@pytest.mark.parametrize("status", [AccountStatus.PENDING, AccountStatus.DEACTIVATED])
def test_only_an_active_account_can_be_deactivated(status: AccountStatus) -> None:
    account = an_account(status=status)

    with pytest.raises(AccountNotActive):
        account.deactivate()
    assert account.status is status


@pytest.mark.parametrize("status", [AccountStatus.PENDING, AccountStatus.ACTIVE])
def test_only_a_deactivated_account_can_be_reactivated(status: AccountStatus) -> None:
    account = an_account(status=status)

    with pytest.raises(AccountNotDeactivated):
        account.reactivate()
    assert account.status is status


def test_a_deactivated_account_ends_its_sessions_and_signs_in_no_more(identity: Identity) -> None:
    account_id = identity.active_account()
    tokens = [identity.sign_in().get_json()["refresh_token"] for _ in range(2)]

    with identity.service.database.writing() as session:
        deactivation.deactivate(session, account_id, HERE)

    assert {refusal(identity.refresh(token)) for token in tokens} == {(401, "session_ended")}
    assert refusal(identity.sign_in()) == (401, "wrong_credentials")
    assert identity.event_names()[-1] == DEACTIVATED


def test_a_deactivated_account_looks_to_a_stranger_like_none(identity: Identity) -> None:
    account_id = identity.active_account()
    with identity.service.database.writing() as session:
        deactivation.deactivate(session, account_id, HERE)
    told = identity.event_names()

    right, wrong, unknown = (
        identity.sign_in(),
        identity.sign_in(password="not my password at all"),
        identity.sign_in("personne@exemple.fr"),
    )

    assert len({(answer.status_code, answer.text) for answer in (right, wrong, unknown)}) == 1
    assert identity.resend().status_code == 202
    assert identity.sign_up().status_code == 202
    assert identity.event_names() == told


def test_a_reactivated_account_signs_in_as_before(identity: Identity) -> None:
    account_id = identity.active_account()
    token = identity.sign_in().get_json()["refresh_token"]

    with identity.service.database.writing() as session:
        deactivation.deactivate(session, account_id, HERE)
        deactivation.reactivate(session, account_id, HERE)

    assert identity.sign_in().status_code == 201
    assert refusal(identity.refresh(token)) == (401, "session_ended")
    assert identity.event_names()[-2:] == [DEACTIVATED, REACTIVATED]


def test_the_history_tells_who_deactivated_and_reactivated(identity: Identity) -> None:
    account_id, operator = identity.active_account(), identity.active_account(login_email="operateur@exemple.fr")

    with identity.service.database.writing() as session:
        deactivation.deactivate(session, account_id, HERE)
        deactivation.reactivate(session, account_id, HERE, done_by=operator)

    with identity.service.database.reading() as session:
        kept = [
            entry for entry in session.query(HistoryEntry).order_by(HistoryEntry.id) if entry.account_id == account_id
        ]
    assert [(one.what, one.done_by, one.address) for one in kept[-2:]] == [
        ("deactivated", None, HERE.address),
        ("reactivated", operator, HERE.address),
    ]


def test_there_is_nothing_to_deactivate_or_reactivate_of_an_unknown_account(identity: Identity) -> None:
    with identity.service.database.writing() as session:
        for change in (deactivation.deactivate, deactivation.reactivate):
            with pytest.raises(AccountUnknown):
                change(session, 404, HERE)
