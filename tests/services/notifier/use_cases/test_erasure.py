"""Erasure of an account: a last mail, and then only its number stays (A-15)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from chassis.ground.clock import now
from chassis.storage.database import Database
from services.notifier.app import SERVICE
from services.notifier.models.mails import MailState, Try
from services.notifier.models.read_models import Recipient
from services.notifier.queries import mails as mail_queries
from services.notifier.queries import recipients
from tests.kit.databases import everything_in
from tests.kit.support import ServiceUnderTest, contract_example, service_under_test
from tests.services.notifier import mail_server
from tests.services.notifier.builders import (
    PORTAL,
    a_mail,
    a_recipient,
    a_sender,
    keep,
    mails,
)

pytestmark = pytest.mark.both_databases

PERSON, MANAGER = 41, 43
PERSONAL = ("contact@exemple.fr", "camille.moreau@exemple.fr", "Moreau", "Camille")
OTHER = {
    "contact_email": "chef@exemple.fr",
    "login_email": "dominique@exemple.fr",
    "last_name": "Faure",
    "first_name": "Dominique",
}
COMMENT = "Zébulon Quidam m'envoie."
REGISTERED, ERASED = "identity.account_registered.v1", "identity.account_erased.v1"
REQUESTED, REFUSED = "structures.attachment_requested.v1", "structures.attachment_refused.v1"


@pytest.fixture
def notifier() -> Iterator[ServiceUnderTest]:
    settings: dict[str, Any] = {
        "portal_url": PORTAL,
        "smtp_host": "127.0.0.1",
        "smtp_sender": "Guichet <guichet@exemple.fr>",
    }
    with service_under_test(SERVICE, **settings) as running:
        keep(running.database, a_recipient(), a_recipient(account_id=MANAGER, **OTHER))
        yield running


def hear(notifier: ServiceUnderTest, name: str, position: int = 1, **facts: Any) -> None:
    notifier.inbox.receive([contract_example(name, position=position, **facts)])


def recipient(database: Database, account_id: int = PERSON) -> Recipient:
    with database.reading() as session:
        row = recipients.find(session, account_id)
    assert row is not None
    return row


def send_all(database: Database, port: int) -> None:
    sender = a_sender(database, smtp_port=port)
    while sender.run_once():
        pass


def test_the_last_mail_goes_to_both_addresses_and_then_nothing_is_left_of_them(notifier: ServiceUnderTest) -> None:
    hear(notifier, ERASED, account_id=PERSON)
    with mail_server.running() as server:
        send_all(notifier.database, server.port)

    assert sorted(server.recipients) == ["camille.moreau@exemple.fr", "contact@exemple.fr"]
    assert {message["Subject"] for message in server.messages()} == {"Votre compte Guichet est effacé"}
    assert {mail.state for mail in mails(notifier.database)} == {MailState.SENT}
    assert [text for text in PERSONAL if text in everything_in(notifier.database)] == []


def test_the_address_is_given_up_when_the_last_mail_cannot_be_sent(notifier: ServiceUnderTest) -> None:
    with time_machine.travel(now(), tick=True) as clock:
        hear(notifier, ERASED, account_id=PERSON)
        clock.shift(timedelta(hours=49))
        send_all(notifier.database, mail_server.free_port())

    assert {mail.state for mail in mails(notifier.database)} == {MailState.DROPPED}
    assert [text for text in PERSONAL if text in everything_in(notifier.database)] == []


def test_who_is_not_known_here_gets_no_last_mail(notifier: ServiceUnderTest) -> None:
    hear(notifier, ERASED, account_id=77)

    assert mails(notifier.database) == []
    assert recipient(notifier.database, 77).is_erased


def test_erased_twice_is_told_once(notifier: ServiceUnderTest) -> None:
    hear(notifier, ERASED, account_id=PERSON)
    before = everything_in(notifier.database)

    with notifier.database.writing() as session:
        SERVICE.handlers[ERASED](session, contract_example(ERASED, account_id=PERSON))

    assert everything_in(notifier.database) == before


def test_a_registration_that_comes_late_brings_nobody_back(notifier: ServiceUnderTest) -> None:
    hear(notifier, ERASED, account_id=PERSON)

    hear(notifier, REGISTERED, 2, account_id=PERSON)

    assert recipient(notifier.database).name == ""
    assert [mail.state for mail in mails(notifier.database) if mail.template == "activation"] == [MailState.DUE]


@pytest.mark.parametrize("state", [MailState.DUE, MailState.PARKED])
def test_a_mail_that_they_still_had_coming_is_dropped(notifier: ServiceUnderTest, state: MailState) -> None:
    keep(notifier.database, a_mail(account_id=PERSON, state=state, context={"reason": COMMENT}))

    hear(notifier, ERASED, account_id=PERSON)

    first, *last = mails(notifier.database)
    assert (first.state, first.reason, first.context) == (MailState.DROPPED, "account_erased", {})
    assert {(mail.template, mail.state) for mail in last} == {("account_erased", MailState.DUE)}


def test_a_mail_that_falls_due_after_the_erasure_is_not_sent(notifier: ServiceUnderTest) -> None:
    hear(notifier, ERASED, account_id=PERSON)
    hear(notifier, "structures.attachment_approved.v1", account_id=PERSON)

    with mail_server.running() as server:
        send_all(notifier.database, server.port)

    assert len(server.accepted) == 2
    assert [mail.state for mail in mails(notifier.database)] == [MailState.SENT, MailState.SENT, MailState.DROPPED]


def test_an_address_of_before_gets_nothing_any_more_though_its_mail_was_being_sent(
    notifier: ServiceUnderTest,
) -> None:
    sending = a_mail(account_id=PERSON, state=MailState.SENDING, address="avant@exemple.fr", claimed_at=now())
    sending.tries.append(Try(number=1, started_at=now()))
    keep(notifier.database, sending)
    hear(notifier, ERASED, account_id=PERSON)

    with mail_server.running() as server:
        send_all(notifier.database, server.port)

    assert "avant@exemple.fr" not in server.recipients
    assert "avant@exemple.fr" not in everything_in(notifier.database)


@pytest.mark.parametrize("state", [MailState.DUE, MailState.PARKED])
def test_their_words_are_emptied_in_mails_to_others(notifier: ServiceUnderTest, state: MailState) -> None:
    hear(notifier, REQUESTED, account_id=PERSON, manager_ids=[MANAGER], comment=COMMENT)
    with notifier.database.writing() as session:
        mail_queries.get_for_update(session, 1).state = state

    hear(notifier, ERASED, account_id=PERSON)

    assert COMMENT not in everything_in(notifier.database)


def test_words_that_arrive_after_the_erasure_are_not_kept(notifier: ServiceUnderTest) -> None:
    hear(notifier, ERASED, account_id=PERSON)

    hear(notifier, REQUESTED, account_id=PERSON, manager_ids=[MANAGER], comment=COMMENT)

    assert COMMENT not in everything_in(notifier.database)


def test_the_reason_that_an_erased_manager_gave_is_emptied(notifier: ServiceUnderTest) -> None:
    hear(notifier, REFUSED, account_id=MANAGER, refused_by=PERSON, reason=COMMENT)

    hear(notifier, ERASED, account_id=PERSON)

    refused = [mail for mail in mails(notifier.database) if mail.template == "attachment_refused"]
    assert [(mail.state, mail.context["reason"]) for mail in refused] == [(MailState.DUE, "")]


def test_words_of_others_stay(notifier: ServiceUnderTest) -> None:
    hear(notifier, REQUESTED, account_id=44, manager_ids=[MANAGER], comment=COMMENT)

    hear(notifier, ERASED, account_id=PERSON)

    assert COMMENT in everything_in(notifier.database)


def test_managers_are_not_told_of_a_request_that_its_person_took_away_with_them(notifier: ServiceUnderTest) -> None:
    hear(notifier, REQUESTED, account_id=PERSON, manager_ids=[MANAGER])
    hear(notifier, ERASED, account_id=PERSON)

    with mail_server.running() as server:
        send_all(notifier.database, server.port)

    assert [mail.reason for mail in mails(notifier.database)] == ["account_erased", None, None]
    assert {message["Subject"] for message in server.messages()} == {"Votre compte Guichet est effacé"}


def test_who_is_told_of_an_opening_is_told_though_the_opener_has_no_name_any_more(notifier: ServiceUnderTest) -> None:
    hear(notifier, "espaces.espace_opened.v1", opened_by=PERSON, subscriber_ids=[MANAGER])
    hear(notifier, ERASED, account_id=PERSON)

    with mail_server.running() as server:
        send_all(notifier.database, server.port)

    assert any("Un gestionnaire a ouvert" in str(each) for each in server.accepted)


def test_a_subscription_that_ended_with_its_account_is_told_to_nobody(notifier: ServiceUnderTest) -> None:
    hear(notifier, "espaces.subscription_ended.v1", account_id=PERSON, reason="ACCOUNT_ERASED")

    assert mails(notifier.database) == []


def test_a_mail_that_is_out_keeps_no_words(notifier: ServiceUnderTest) -> None:
    hear(notifier, REQUESTED, account_id=PERSON, manager_ids=[MANAGER], comment=COMMENT)

    with mail_server.running() as server:
        send_all(notifier.database, server.port)

    assert COMMENT not in everything_in(notifier.database)


def test_the_copy_of_ones_data_has_the_mails_and_their_tries(notifier: ServiceUnderTest) -> None:
    hear(notifier, "identity.account_activated.v1", account_id=PERSON)
    hear(notifier, "structures.attachment_approved.v1", account_id=MANAGER)
    send_all(notifier.database, mail_server.free_port())

    copy = notifier.client.get("/personal-data", headers=notifier.person_headers(PERSON)).get_json()

    assert copy["recipient"]["contact_email"] == "contact@exemple.fr"
    (mail,) = copy["mails"]
    assert (mail["template"], mail["state"]) == ("account_activated", "DUE")
    assert [each["outcome"] for each in mail["tries"]] == ["FAILED"]


def test_a_stranger_gets_no_copy(notifier: ServiceUnderTest) -> None:
    assert notifier.client.get("/personal-data").status_code == 401
    headers = notifier.service_headers("espaces", "feed.read")
    assert notifier.client.get("/personal-data", headers=headers).status_code == 403
