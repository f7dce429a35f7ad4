"""Mails to deactivated accounts, and to an address that is not the account's any more."""

from collections.abc import Iterator

import pytest

from chassis.storage.database import Database
from services.notifier.handlers import HANDLERS
from services.notifier.mails.table import MAILS
from services.notifier.models.mails import Destination, MailState
from services.notifier.models.read_models import Recipient
from services.notifier.queries import recipients
from services.notifier.sending.mail_sender import MailSender
from tests.kit.support import contract_example
from tests.services.notifier import mail_server
from tests.services.notifier.builders import (
    NumberedLinks,
    a_database,
    a_mail,
    a_recipient,
    a_sender,
    an_activation_mail,
    keep,
    mails,
    only_mail,
)

pytestmark = pytest.mark.both_databases

REGISTERED, CHANGED = "identity.account_registered.v1", "identity.account_changed.v1"
ASKED_FOR = "identity.deactivated_account_asked_for.v1"
DEACTIVATED, REACTIVATED = "identity.account_deactivated.v1", "identity.account_reactivated.v1"


@pytest.fixture
def database() -> Iterator[Database]:
    with a_database() as database:
        yield database


def hear(database: Database, name: str) -> None:
    """Twice, past the inbox, which would stop the second."""
    event = contract_example(name)
    for _ in range(2):
        with database.writing() as session:
            HANDLERS[name](session, event)


def recipient(database: Database) -> Recipient:
    with database.reading() as session:
        row = recipients.find(session, 41)
        assert row is not None
        session.expunge(row)
    return row


def run_until_idle(sender: MailSender) -> None:
    while sender.run_once():
        pass


def test_a_deactivated_account_gets_the_notice_of_it_and_no_other_mail(database: Database) -> None:  # A-12, N-01
    keep(database, a_recipient(), a_mail())
    hear(database, DEACTIVATED)

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    other, *notices = mails(database)
    assert (other.state, other.reason) == (MailState.DROPPED, "account_deactivated")
    assert {(notice.template, notice.state) for notice in notices} == {("account_deactivated", MailState.SENT)}
    assert sorted(server.recipients) == ["camille.moreau@exemple.fr", "contact@exemple.fr"]


def test_a_deactivated_account_is_told_what_it_is_when_its_address_is_used(database: Database) -> None:
    keep(database, a_recipient(is_deactivated=True))
    hear(database, ASKED_FOR)

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    assert server.recipients == ["camille.moreau@exemple.fr"]
    assert server.only_message()["Subject"] == "Votre compte Guichet est désactivé"


def test_an_account_that_was_reactivated_meanwhile_is_not_told_so(database: Database) -> None:  # A-09, N-01
    keep(database, a_recipient(is_deactivated=True))
    hear(database, ASKED_FOR)
    hear(database, REACTIVATED)

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    outcomes = {mail.template: mail.reason for mail in mails(database)}
    assert outcomes == {"account_is_deactivated": "account_reactivated", "account_reactivated": None}


def test_no_link_is_made_for_a_deactivated_account(database: Database) -> None:
    keep(database, a_recipient(is_deactivated=True), an_activation_mail())
    links = NumberedLinks()

    run_until_idle(a_sender(database, links))

    assert links.issued == []
    assert only_mail(database).state is MailState.DROPPED


def test_a_reactivated_account_is_written_to_again(database: Database) -> None:  # A-12, N-01
    for name in (REGISTERED, DEACTIVATED, REACTIVATED):
        hear(database, name)

    with mail_server.running() as server:
        run_until_idle(a_sender(database, NumberedLinks(), smtp_port=server.port))

    assert [mail.state for mail in mails(database)] == [MailState.SENT] * 5


def test_the_deactivation_of_an_unknown_account_waits_for_its_names(database: Database) -> None:  # N-03
    hear(database, DEACTIVATED)

    run_until_idle(a_sender(database))

    assert {mail.state for mail in mails(database)} == {MailState.DUE}


def test_a_changed_account_is_written_to_under_its_new_name_and_stays_deactivated(database: Database) -> None:
    hear(database, REGISTERED)
    hear(database, DEACTIVATED)

    hear(database, CHANGED)

    assert recipient(database).name == "Camille Moreau-Petit"
    assert recipient(database).is_deactivated


def test_a_mail_goes_to_the_address_that_it_was_made_for_and_forgets_it(database: Database) -> None:
    keep(database, a_recipient(), a_mail(address="avant@exemple.fr"))

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    assert server.recipients == ["avant@exemple.fr"]
    assert only_mail(database).address is None


def test_a_mail_that_is_parked_keeps_its_address_for_another_try(database: Database) -> None:  # N-03
    keep(database, a_recipient(), a_mail(address="avant@exemple.fr"))

    with mail_server.running(recipient_answer="550 5.1.1 no such mailbox") as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    assert (only_mail(database).state, only_mail(database).address) == (MailState.PARKED, "avant@exemple.fr")


def test_an_address_that_nobody_has_proved_to_read_is_not_told_whose_account_it_is(database: Database) -> None:
    # N-02
    keep(database, a_recipient(), an_activation_mail())

    with mail_server.running() as server:
        run_until_idle(a_sender(database, NumberedLinks(address="nouvelle@exemple.fr"), smtp_port=server.port))

    message = server.only_message()
    assert message["To"] == "nouvelle@exemple.fr"
    assert "Moreau" not in message.as_string()


@pytest.mark.parametrize("name", [name for name, kind in MAILS.items() if kind.address_field])
def test_a_mail_to_an_address_of_before_keeps_it_beside_its_words(database: Database, name: str) -> None:  # N-02
    hear(database, name)

    stated, other = mails(database)
    assert (stated.destination, other.address) == (Destination.STATED, None)
    assert stated.address
    assert stated.address not in str([stated.context, other.context])
