"""Structures ask in their own name that the activation mail is sent again, for a manager (A-06)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.app import SERVICE
from services.identity.models.history import Happening, HistoryEntry, by_command
from services.identity.use_cases import erasure, operators
from tests.kit.support import service_under_test
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    EMAIL,
    SETTINGS,
    Identity,
    an_address,
    bearer,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

PATH = "/internal/activation-mails"
MANAGER, COLLEAGUE, NOBODY = 1, 2, 99
LATER = timedelta(minutes=6)
REQUESTED = "identity.activation_requested.v1"


@pytest.fixture
def identity() -> Iterator[Identity]:
    """With an active account, and one that waits for its activation."""
    with service_under_test(SERVICE, **SETTINGS) as service:
        running = Identity(service)
        running.active_account()
        running.sign_up(login_email=an_address())
        yield running


def ask(identity: Identity, account_id: int = COLLEAGUE, asked_by: int = MANAGER, **changes: Any) -> TestResponse:
    headers = changes.pop("headers", None) or identity.own_service_headers("structures")
    return identity.post(PATH, {"account_id": account_id, "asked_by": asked_by, **changes}, headers=headers)


def history(identity: Identity, account_id: int) -> list[HistoryEntry]:
    own = select(HistoryEntry).where(HistoryEntry.account_id == account_id).order_by(HistoryEntry.id)
    with identity.service.database.reading() as session:
        return list(session.scalars(own))


def test_nobody_asks_without_a_token(identity: Identity) -> None:
    before = identity.kept()

    assert refusal(identity.post(PATH, {"account_id": COLLEAGUE, "asked_by": MANAGER})) == (401, "unauthenticated")
    assert identity.kept() == before


def test_a_person_does_not_ask_not_even_a_manager(identity: Identity) -> None:
    headers = bearer(identity.sign_in())
    before = identity.kept()

    assert refusal(ask(identity, headers=headers)) == (403, "forbidden")
    assert identity.kept() == before


@pytest.mark.parametrize("name", ["espaces", "notifier"])
def test_a_service_that_has_nothing_to_do_with_it_does_not_ask(identity: Identity, name: str) -> None:
    before = identity.kept()

    with time_machine.travel(now() + LATER, tick=False):
        answer = ask(identity, headers=identity.own_service_headers(name))

    assert refusal(answer) == (403, "forbidden")
    assert identity.kept() == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"account_id": "x"}, {"account_id": "invalid"}),
        ({"asked_by": None}, {"asked_by": "required"}),
        ({"force": True}, {"force": "unknown_field"}),
    ],
)
def test_a_bad_request_is_refused(identity: Identity, changes: dict[str, Any], expected: dict[str, str]) -> None:
    before = identity.kept()

    answer = ask(identity, **changes)

    assert (answer.status_code, faults(answer)) == (422, expected)
    assert identity.kept() == before


@pytest.mark.parametrize(("account_id", "asked_by"), [(NOBODY, MANAGER), (COLLEAGUE, NOBODY)])
def test_neither_for_nor_by_an_account_that_does_not_exist(
    identity: Identity, account_id: int, asked_by: int
) -> None:
    before = identity.kept()

    with time_machine.travel(now() + LATER, tick=False):
        answer = ask(identity, account_id, asked_by)

    assert refusal(answer) == (404, "account_unknown")
    assert identity.kept() == before


def test_an_active_account_gets_no_activation_mail(identity: Identity) -> None:
    identity.activate(identity.link(COLLEAGUE))
    before = identity.kept()

    with time_machine.travel(now() + LATER, tick=False):
        answer = ask(identity)

    assert refusal(answer) == (409, "account_already_active")
    assert identity.kept() == before


def test_an_erased_account_gets_no_activation_mail(identity: Identity) -> None:
    with identity.service.database.writing() as session:
        erasure.erase(session, COLLEAGUE)
    before = identity.kept()

    with time_machine.travel(now() + LATER, tick=False):
        answer = ask(identity)

    assert refusal(answer) == (409, "account_already_active")
    assert identity.kept() == before


def test_within_five_minutes_of_the_last_mail_none_is_sent_and_the_wait_is_told(identity: Identity) -> None:
    with time_machine.travel(now() + LATER, tick=False):
        first = ask(identity)
        before = identity.kept()
        again = ask(identity)
    with time_machine.travel(now() + LATER + timedelta(minutes=4), tick=False):
        still = ask(identity)

    assert first.status_code == 202
    assert refusal(again) == refusal(still) == (429, "mail_asked_too_soon")
    assert again.headers["Retry-After"] == "300"
    assert 50 < int(still.headers["Retry-After"]) <= 60
    assert identity.kept() == before
    assert identity.happenings(COLLEAGUE).count(Happening.ACTIVATION_MAIL_ASKED_BY_MANAGER) == 1


def test_a_manager_and_a_stranger_share_the_five_minutes(identity: Identity) -> None:
    with time_machine.travel(now() + LATER, tick=False):
        assert ask(identity).status_code == 202
        (login_email,) = [one["login_email"] for one in registered(identity) if one["account_id"] == COLLEAGUE]
        assert identity.resend(login_email).status_code == 202

    assert identity.events(REQUESTED) == [{"account_id": COLLEAGUE}]


def registered(identity: Identity) -> list[dict[str, Any]]:
    return identity.events("identity.account_registered.v1")


def test_of_two_that_ask_at_once_one_is_heard(identity: Identity) -> None:
    headers = identity.own_service_headers("structures")
    with time_machine.travel(now() + LATER, tick=False):
        answers = all_at_once(2, lambda _: ask(identity, headers=headers))

    assert sorted(answer.status_code for answer in answers) == [202, 429]
    assert identity.events(REQUESTED) == [{"account_id": COLLEAGUE}]


def test_the_mail_is_sent_again_and_the_history_says_for_whom(identity: Identity) -> None:
    with time_machine.travel(now() + LATER, tick=False):
        answer = ask(identity)

    newest = history(identity, COLLEAGUE)[-1]
    assert (answer.status_code, answer.get_json()) == (202, {})
    assert identity.events(REQUESTED) == [{"account_id": COLLEAGUE}]
    assert (newest.what, newest.done_by) == (Happening.ACTIVATION_MAIL_ASKED_BY_MANAGER, MANAGER)
    assert (newest.address, newest.device) == ("", "guichet structures")


def test_the_holder_reads_that_a_manager_asked_and_not_which_nor_from_where(identity: Identity) -> None:
    with time_machine.travel(now() + LATER, tick=False):
        ask(identity)
        identity.activate(identity.link(COLLEAGUE))
        (login_email,) = [one["login_email"] for one in registered(identity) if one["account_id"] == COLLEAGUE]
        items = identity.client.get("/history", headers=identity.signed_in(login_email)).get_json()["items"]

    (entry,) = [one for one in items if one["what"] == "activation_mail_asked_by_manager"]
    assert (entry["by_operator"], entry["address"], entry["device"]) == (False, "", {"browser": None, "system": None})
    assert "done_by" not in entry


def test_an_operator_reads_which_manager_asked(identity: Identity) -> None:
    operator = "operateur@guichet.example"
    identity.active_account(login_email=operator)
    with identity.service.database.writing() as session:
        operators.add(session, operator, {}, by_command("operators add"))
    identity.protect(operator)
    with time_machine.travel(now() + LATER, tick=False):
        ask(identity)
        headers = bearer(identity.sign_in_protected(operator))
        items = identity.client.get(f"/operator/accounts/{COLLEAGUE}/history", headers=headers).get_json()["items"]

    (entry,) = [one for one in items if one["what"] == "activation_mail_asked_by_manager"]
    assert (entry["by_operator"], entry["done_by"]) == (False, MANAGER)


def test_a_manager_takes_what_they_asked_for_with_them_and_not_as_an_operator(identity: Identity) -> None:
    with time_machine.travel(now() + LATER, tick=False):
        ask(identity)
        data = identity.client.get("/personal-data", headers=identity.signed_in(EMAIL)).get_json()

    (done,) = data["done_as_manager"]
    assert (done["what"], done["account_id"]) == ("activation_mail_asked_by_manager", COLLEAGUE)
    assert data["done_as_operator"] == []
