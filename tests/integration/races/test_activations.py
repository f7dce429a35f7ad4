"""Activations and confirmations that race, or lose their database half-way, on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from services.identity.models.history import Happening, HistoryEntry
from tests.containers import postgres
from tests.integration.races.racing import outcomes
from tests.kit.together import together
from tests.services.identity.builders import PASSWORD, Identity, an_address, bearer, identity_under_test, refusal

pytestmark = pytest.mark.containers

ROUNDS = 6
ACTIVATED, CHANGED = "identity.account_activated.v1", "identity.login_email_changed.v1"
MOST_STEPS = 60
"""More than an activation takes."""


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.fresh_database("identity") as address:
        yield address


@pytest.fixture
def identity(url: str) -> Iterator[Identity]:
    # Each step that is tried begins with a sign-in that fails, all of them from one address.
    with identity_under_test(database_url=url, wrong_passwords_per_address=MOST_STEPS) as running:
        yield running


@contextmanager
def database_lost_before(identity: Identity, url: str, step: int) -> Iterator[list[str]]:
    """Cut off and refused before what is asked of it for the `step`th time, commits included. What was asked so far."""
    asked: list[str] = []

    def note(what: str) -> None:
        asked.append(what)
        if len(asked) == step:
            postgres.close(url)

    def note_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        note(statement)

    def note_commit(_connection: Any) -> None:
        note("COMMIT")

    engine = identity.service.database.engine
    event.listen(engine, "before_cursor_execute", note_statement)
    event.listen(engine, "commit", note_commit)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note_statement)
        event.remove(engine, "commit", note_commit)
        postgres.open_again(url)


def test_an_activation_that_loses_its_database_happened_wholly_or_not_at_all(identity: Identity, url: str) -> None:
    #
    for step in range(1, MOST_STEPS):
        address = an_address()
        identity.sign_up(login_email=address)
        account_id = identity.events("identity.account_registered.v1")[-1]["account_id"]
        link = identity.link(account_id)
        told = len(identity.events(ACTIVATED))

        with database_lost_before(identity, url, step) as asked:
            cut = identity.activate(link)
        happened = identity.sign_in(address).status_code == 201
        again = identity.activate(link)

        if len(asked) < step:
            break
        assert refusal(cut) == (503, "unavailable"), asked
        assert not happened
        assert again.status_code == 204
        assert identity.sign_in(address).status_code == 201
        assert len(identity.events(ACTIVATED)) == told + 1
        assert identity.happenings(account_id).count(Happening.ACTIVATED) == 1

    assert cut.status_code == 204
    assert any(statement.startswith("UPDATE accounts") for statement in asked)
    assert "COMMIT" in asked


def test_an_activation_whose_answer_is_lost_with_the_database_is_told_to_have_happened(
    identity: Identity, url: str
) -> None:
    """The database is lost after it has kept everything: whoever tries again reads that the link was used."""
    identity.sign_up()
    link = identity.link()

    def lose(_session: Any) -> None:
        postgres.close(url)

    event.listen(Session, "after_commit", lose)
    try:
        identity.activate(link)
    finally:
        event.remove(Session, "after_commit", lose)
        postgres.open_again(url)
    identity.check(link)  # by which the service learns that its connections are gone

    assert refusal(identity.activate(link)) == (410, "activation_link_used")
    assert identity.sign_in().status_code == 201
    assert len(identity.events(ACTIVATED)) == 1


def test_of_two_confirmations_by_one_link_one_changes_the_address(identity: Identity) -> None:
    identity.active_account()
    for _ in range(ROUNDS):
        current = identity.events("identity.account_changed.v1") or [{"login_email": "camille.moreau@exemple.fr"}]
        headers = bearer(identity.sign_in(current[-1]["login_email"]))
        address = an_address()
        identity.ask_for_login_email(headers, address)
        link = identity.login_email_link()

        answers = together(*[partial(identity.confirm_login_email, link)] * 2)

        assert outcomes(answers) == {(204, None): 1, (410, "login_email_link_used"): 1}
        assert identity.me(headers)["login_email"] == address
        with identity.service.database.writing() as session:  # more addresses than a person needs in an hour
            session.execute(delete(HistoryEntry))

    assert len(identity.events(CHANGED)) == ROUNDS


def test_of_two_accounts_that_confirm_one_address_at_once_one_has_it(identity: Identity) -> None:
    for _ in range(ROUNDS):
        people = [identity.active_account(login_email=address) for address in (an_address(), an_address())]
        wanted, links = an_address(), []
        for account_id in people:
            registered = identity.events("identity.account_registered.v1")[account_id - 1]
            headers = bearer(identity.sign_in(registered["login_email"]))
            identity.ask_for_login_email(headers, wanted)
            links.append(identity.login_email_link(account_id))

        answers = together(*(partial(identity.confirm_login_email, link) for link in links))

        assert outcomes(answers) == {(204, None): 1, (409, "login_email_taken"): 1}
        assert identity.sign_in(wanted).status_code == 201

    assert len(identity.events(CHANGED)) == ROUNDS


def test_of_two_uses_of_one_activation_link_one_sets_the_password(identity: Identity) -> None:
    for account_id, address in enumerate(sign_up_many(identity), start=1):
        token, passwords = identity.link(account_id), [PASSWORD, PASSWORD[::-1]]
        answers = together(
            partial(identity.activate, token, password=PASSWORD),
            partial(identity.activate, token, password=PASSWORD[::-1]),
        )

        assert outcomes(answers) == {(204, None): 1, (410, "activation_link_used"): 1}
        home = {"X-Forwarded-For": f"192.0.2.{account_id}"}  # wrong passwords from one address would lock it
        signed_in = [identity.sign_in(address, password, headers=home).status_code for password in passwords]
        assert signed_in == [201 if answer.status_code == 204 else 401 for answer in answers]

    assert len(identity.events("identity.account_activated.v1")) == ROUNDS


def test_an_activation_and_a_newer_link_at_once_never_both_count(identity: Identity) -> None:
    for account_id, _ in enumerate(sign_up_many(identity), start=1):
        token = identity.link(account_id)
        activated, issued = together(partial(identity.activate, token), partial(identity.issue_link, account_id))

        if activated.status_code == 204:
            assert refusal(issued) == (409, "account_already_active")
        else:
            assert refusal(activated) == (410, "activation_link_superseded")
            assert issued.status_code == 201


def sign_up_many(identity: Identity) -> list[str]:
    """The addresses of the accounts 1, 2, 3 …"""
    addresses = [an_address() for _ in range(ROUNDS)]
    for address in addresses:
        assert identity.sign_up(login_email=address).status_code == 202
    return addresses
