"""Notices about the safety of an account: each of its addresses is told, whatever becomes of the other (A-16)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chassis.storage.database import Database
from services.notifier.handlers import HANDLERS
from services.notifier.mails.table import MAILS
from services.notifier.models.mails import Destination, MailState
from tests.kit.support import contract_example
from tests.services.notifier import mail_server
from tests.services.notifier.builders import a_database, a_recipient, a_sender, keep, mails

pytestmark = pytest.mark.both_databases

LOGIN, CONTACT = "camille.moreau@exemple.fr", "contact@exemple.fr"
PASSWORD_CHANGED = "identity.password_changed.v1"


@pytest.fixture
def database() -> Iterator[Database]:
    with a_database() as database:
        yield database


def hear(database: Database, name: str, **facts: Any) -> None:
    with database.writing() as session:
        HANDLERS[name](session, contract_example(name, **facts))


def send_all(database: Database, **behaviour: Any) -> mail_server.MailServer:
    with mail_server.running(**behaviour) as server:
        sender = a_sender(database, smtp_port=server.port)
        while sender.run_once():
            pass
    return server


@pytest.mark.parametrize("name", [name for name, kind in MAILS.items() if kind.security])
def test_a_notice_about_safety_is_told_in_two_places(name: str) -> None:
    login, contact, stated = Destination.LOGIN, Destination.CONTACT, Destination.STATED

    assert MAILS[name].destinations in [(login, contact), (stated, login), (stated, contact)]


@pytest.mark.parametrize("name", [name for name, kind in MAILS.items() if kind.link])
def test_a_link_goes_to_the_login_email_alone(name: str) -> None:
    assert MAILS[name].destinations == (Destination.LOGIN,)


@pytest.mark.parametrize("name", [PASSWORD_CHANGED, "identity.second_factors_reset.v1", "identity.sign_in_locked.v1"])
def test_each_address_gets_a_message_that_does_not_name_the_other(database: Database, name: str) -> None:
    keep(database, a_recipient())
    hear(database, name)

    server = send_all(database)

    assert sorted(server.recipients) == [LOGIN, CONTACT]
    for message in server.messages():
        assert (LOGIN in message.as_string()) is not (CONTACT in message.as_string())


def test_each_says_when_it_was(database: Database) -> None:  # N-02
    keep(database, a_recipient())
    hear(database, PASSWORD_CHANGED)

    bodies = [message.get_body(("plain",)) for message in send_all(database).messages()]

    assert ["(heure de Paris)" in body.get_content() for body in bodies if body] == [True, True]


@pytest.mark.parametrize(
    ("device", "told"),
    [
        ({"from_browser": "Firefox", "from_system": "Windows"}, "Cela s'est fait depuis Firefox sur Windows."),
        ({"from_browser": "Safari", "from_system": "iPhone"}, "Cela s'est fait depuis Safari sur iPhone."),
    ],
)
def test_it_says_which_factor_when_by_which_clock_and_on_which_device(
    database: Database, device: dict[str, str | None], told: str
) -> None:
    keep(database, a_recipient(contact_email=LOGIN))
    hear(database, "identity.second_factor_removed.v1", label="Téléphone de Camille", **device)

    body = send_all(database).only_message().get_body(("plain",))

    assert body is not None
    assert "Une clé d'accès « Téléphone de Camille » vient d'être retirée" in body.get_content()
    assert told in body.get_content()
    assert "(heure de Paris)" in body.get_content()


def test_an_event_of_before_devices_were_told_is_told_without(database: Database) -> None:  # N-03
    keep(database, a_recipient(contact_email=LOGIN))
    event = contract_example(PASSWORD_CHANGED)
    old = replace(event, payload={"account_id": event.payload["account_id"]})
    with database.writing() as session:
        HANDLERS[PASSWORD_CHANGED](session, old)

    body = send_all(database).only_message().get_body(("plain",))

    assert body is not None
    assert "depuis" not in body.get_content()


def test_a_stated_address_that_is_the_login_email_is_told_each_time(database: Database) -> None:
    keep(database, a_recipient())
    for _ in range(3):
        hear(database, "identity.contact_email_changed.v1", previous_contact_email=LOGIN)

    assert send_all(database).recipients == [LOGIN] * 3


def test_an_account_with_one_address_is_told_once(database: Database) -> None:
    keep(database, a_recipient(contact_email=LOGIN))
    hear(database, PASSWORD_CHANGED)

    assert send_all(database).recipients == [LOGIN]


@pytest.mark.parametrize(
    "answer", ["450 4.2.1 try later", "451 4.7.1 greylisted", "550 5.1.1 nobody", "552 5.2.2 full"]
)
@pytest.mark.parametrize(("refused", "other"), [(LOGIN, CONTACT), (CONTACT, LOGIN)])
def test_an_address_that_is_refused_keeps_nothing_from_the_other(
    database: Database, refused: str, other: str, answer: str
) -> None:
    keep(database, a_recipient())
    hear(database, PASSWORD_CHANGED)

    server = send_all(database, unknown=refused, answer_to_unknown=answer)

    assert server.recipients == [other]
    owed = MailState.PARKED if answer.startswith("5") else MailState.DUE
    assert sorted(mail.state for mail in mails(database)) == sorted([MailState.SENT, owed])


def test_a_new_contact_email_is_told_to_the_old_one_and_to_the_login_email(database: Database) -> None:
    keep(database, a_recipient(contact_email="nouvelle@exemple.fr"))
    hear(database, "identity.contact_email_changed.v1", previous_contact_email=CONTACT)

    assert sorted(send_all(database).recipients) == [LOGIN, CONTACT]


def test_a_new_login_email_is_told_to_the_old_one_and_to_the_contact_email(database: Database) -> None:
    keep(database, a_recipient(login_email="nouvelle@exemple.fr"))
    hear(database, "identity.login_email_changed.v1", previous_login_email=LOGIN)

    assert sorted(send_all(database).recipients) == [LOGIN, CONTACT]


def test_an_old_address_that_stays_the_other_one_is_told_once(database: Database) -> None:
    keep(database, a_recipient(login_email="nouvelle@exemple.fr", contact_email=LOGIN))
    hear(database, "identity.login_email_changed.v1", previous_login_email=LOGIN)

    assert send_all(database).recipients == [LOGIN]


def test_addresses_that_are_not_known_yet_are_told_once_they_are(database: Database) -> None:  # N-03, A-16
    hear(database, PASSWORD_CHANGED)
    keep(database, a_recipient())

    assert sorted(send_all(database).recipients) == [LOGIN, CONTACT]
