"""Mails that one person causes to another: repeated ones and too many are not sent (N-01)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from chassis.ground.clock import now
from chassis.storage.database import Database
from services.notifier.handlers import HANDLERS
from services.notifier.mails.table import MAILS
from services.notifier.models.mails import MailState
from tests.kit.support import contract_example
from tests.services.notifier import mail_server
from tests.services.notifier.builders import NumberedLinks, a_database, a_recipient, a_sender, keep, mails

pytestmark = pytest.mark.both_databases

REQUESTED, SUBSCRIPTION_REQUESTED = "structures.attachment_requested.v1", "espaces.subscription_requested.v1"
OPENED, REFUSED = "espaces.espace_opened.v1", "structures.attachment_refused.v1"
CONTACT_CHANGED = "identity.contact_email_changed.v1"
MANAGER, PERSON, OTHER = 41, 42, 43
REPEATABLE: list[tuple[str, dict[str, Any]]] = [
    (REQUESTED, {"account_id": PERSON, "manager_ids": [MANAGER]}),
    (SUBSCRIPTION_REQUESTED, {"account_id": PERSON, "manager_ids": [MANAGER]}),
    (OPENED, {"opened_by": PERSON, "subscriber_ids": [MANAGER]}),
]


@pytest.fixture
def database() -> Iterator[Database]:
    with a_database() as database:
        keep(database, *(a_recipient(account_id=each) for each in (MANAGER, PERSON, OTHER)))
        yield database


def hear(database: Database, name: str, **facts: Any) -> None:
    with database.writing() as session:
        HANDLERS[name](session, contract_example(name, **facts))


def send_all(database: Database, **settings: Any) -> None:
    with mail_server.running() as server:
        sender = a_sender(database, NumberedLinks(), smtp_port=server.port, **settings)
        while sender.run_once():
            pass


def outcomes(database: Database, account_id: int = MANAGER) -> list[tuple[MailState, str | None]]:
    return [(mail.state, mail.reason) for mail in mails(database) if mail.account_id == account_id]


SENT, REPEATED = (MailState.SENT, None), (MailState.DROPPED, "repeated")
TOO_MANY = (MailState.DROPPED, "too_many_by_one_person")


@pytest.mark.parametrize(("name", "facts"), REPEATABLE)
def test_what_was_told_within_the_hour_is_not_told_again(database: Database, name: str, facts: dict[str, Any]) -> None:
    for _ in range(3):
        hear(database, name, **facts)

    send_all(database)

    assert outcomes(database) == [SENT, REPEATED, REPEATED]


@pytest.mark.parametrize(("name", "facts"), REPEATABLE)
def test_after_the_hour_it_is_told_again(database: Database, name: str, facts: dict[str, Any]) -> None:
    with time_machine.travel(now(), tick=True) as clock:
        hear(database, name, **facts)
        clock.shift(timedelta(hours=1, seconds=1))
        hear(database, name, **facts)

        send_all(database)

    assert outcomes(database) == [SENT, SENT]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (REQUESTED, {"structure_id": 8}),
        (REQUESTED, {"account_id": OTHER}),
        (SUBSCRIPTION_REQUESTED, {"espace": "PISTE"}),
        (SUBSCRIPTION_REQUESTED, {"structure_id": 8}),
        (OPENED, {"espace": "PISTE"}),
    ],
)
def test_what_is_about_something_else_or_by_somebody_else_is_told(
    database: Database, name: str, change: dict[str, Any]
) -> None:
    facts = dict(REPEATABLE)[name]
    hear(database, name, **facts)
    hear(database, name, **{**facts, **change})

    send_all(database)

    assert outcomes(database) == [SENT, SENT]


def test_each_manager_is_told_once_of_their_own(database: Database) -> None:
    for _ in range(2):
        hear(database, REQUESTED, account_id=PERSON, manager_ids=[MANAGER, OTHER])

    send_all(database)

    assert outcomes(database) == outcomes(database, OTHER) == [SENT, REPEATED]


def test_what_was_parked_or_dropped_has_told_nobody(database: Database) -> None:  # N-03
    for state in (MailState.PARKED, MailState.DROPPED):
        hear(database, REQUESTED, account_id=PERSON, manager_ids=[MANAGER])
        with database.writing() as session:
            session.get_one(type(mails(database)[-1]), mails(database)[-1].id).state = state

    hear(database, REQUESTED, account_id=PERSON, manager_ids=[MANAGER])
    send_all(database)

    assert outcomes(database)[-1] == SENT


def test_every_decision_is_told_up_to_the_bound_of_a_day(database: Database) -> None:
    for _ in range(4):
        hear(database, REFUSED, account_id=PERSON, refused_by=MANAGER)

    send_all(database, mails_by_one_person_a_day=3)

    assert outcomes(database, PERSON) == [SENT, SENT, SENT, TOO_MANY]


def test_the_bound_of_a_day_holds_for_all_kinds_together_and_ends_with_the_day(database: Database) -> None:
    with time_machine.travel(now(), tick=True) as clock:
        for structure_id in (7, 8, 9):
            hear(database, REQUESTED, account_id=PERSON, manager_ids=[MANAGER], structure_id=structure_id)
        hear(database, OPENED, opened_by=PERSON, subscriber_ids=[MANAGER])
        hear(database, REQUESTED, account_id=OTHER, manager_ids=[MANAGER])
        clock.shift(timedelta(hours=24, seconds=1))
        hear(database, REQUESTED, account_id=PERSON, manager_ids=[MANAGER], structure_id=10)

        send_all(database, mails_by_one_person_a_day=2)

    assert outcomes(database) == [SENT, SENT, TOO_MANY, TOO_MANY, SENT, SENT]


def test_a_contact_email_changed_to_and_fro_floods_no_stranger_and_hides_nothing_from_the_holder(
    database: Database,
) -> None:
    for previous in ("etranger@exemple.fr", "contact@exemple.fr") * 2:
        hear(database, CONTACT_CHANGED, account_id=PERSON, previous_contact_email=previous)

    send_all(database)

    stated, login = outcomes(database, PERSON)[::2], outcomes(database, PERSON)[1::2]
    assert stated == [SENT, REPEATED, REPEATED, REPEATED]
    assert login == [SENT] * 4


@pytest.mark.parametrize("name", ["identity.activation_requested.v1", "identity.recovery_requested.v1"])
def test_mails_that_one_asks_for_oneself_have_no_such_bound(database: Database, name: str) -> None:
    for _ in range(3):
        hear(database, name, account_id=PERSON)

    send_all(database, mails_by_one_person_a_day=1)

    assert outcomes(database, PERSON) == [SENT] * 3


def test_mails_sent_again_by_an_operator_are_not_counted_as_caused_now(database: Database) -> None:  # N-03
    for structure_id in range(4):
        hear(database, REQUESTED, account_id=PERSON, manager_ids=[MANAGER], structure_id=structure_id + 1)
    with mail_server.running(recipient_answer="550 5.1.1 nobody") as server:
        sender = a_sender(database, smtp_port=server.port)
        while sender.run_once():
            pass
    with database.writing() as session:
        for mail in mails(database):
            session.get_one(type(mail), mail.id).unpark(now())

    send_all(database, mails_by_one_person_a_day=2)

    assert outcomes(database) == [SENT] * 4


@pytest.mark.parametrize("name", [name for name, kind in MAILS.items() if {"comment", "reason"} & set(kind.fields)])
def test_whoever_writes_to_another_in_their_own_words_is_bounded(name: str) -> None:
    free_text_is_a_code = name in ("espaces.espace_closed.v1", "espaces.subscription_ended.v1")

    assert bool(MAILS[name].caused_by) is not free_text_is_a_code
