"""Events into mails, on the contracts' examples, through the inbox and twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.notifier.app import SERVICE
from services.notifier.handlers import HANDLERS
from services.notifier.mails.table import MAILS
from services.notifier.models.mails import MailState
from services.notifier.queries import recipients
from tests.kit.support import ServiceUnderTest, contract_example, service_under_test
from tests.services.notifier.builders import PORTAL, a_recipient, keep, mails, only_mail

pytestmark = pytest.mark.both_databases

ADDRESSES = ("contact@exemple.fr", "camille.moreau@exemple.fr")


@pytest.fixture
def notifier() -> Iterator[ServiceUnderTest]:
    settings: dict[str, Any] = {
        "portal_url": PORTAL,
        "smtp_host": "127.0.0.1",
        "smtp_sender": "Guichet <guichet@exemple.fr>",
    }
    with service_under_test(SERVICE, **settings) as running:
        keep(running.database, a_recipient())
        yield running


@pytest.mark.parametrize("name", MAILS)
def test_an_event_seen_twice_makes_one_mail_to_each_address(notifier: ServiceUnderTest, name: str) -> None:
    # N-03, A-16
    event = contract_example(name)

    notifier.inbox.receive([event, event])

    rows = mails(notifier.database)
    assert [mail.destination for mail in rows] == list(MAILS[name].destinations)
    assert rows[0].event_id == event.id
    assert len({mail.unique_name for mail in rows}) == len(rows)


@pytest.mark.parametrize("name", MAILS)
def test_a_handler_run_twice_makes_one_mail_to_each_address(notifier: ServiceUnderTest, name: str) -> None:  # N-03
    event = contract_example(name)

    for _ in range(2):
        with notifier.database.writing() as session:
            HANDLERS[name](session, event)

    rows = mails(notifier.database)
    assert [mail.destination for mail in rows] == list(MAILS[name].destinations)
    assert {(mail.template, mail.state) for mail in rows} == {(MAILS[name].template, MailState.DUE)}
    assert all(mail.due_at == mail.owed_since for mail in rows)


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_that_waits_holds_no_address(notifier: ServiceUnderTest, name: str) -> None:  # N-02
    notifier.inbox.receive([contract_example(name)])

    contexts = str([mail.context for mail in mails(notifier.database)])

    assert not any(address in contexts for address in ADDRESSES)


def test_a_registered_account_becomes_a_recipient(notifier: ServiceUnderTest) -> None:
    event = contract_example("identity.account_registered.v1")

    notifier.inbox.receive([event])

    with notifier.database.reading() as session:
        recipient = recipients.find(session, event.payload["account_id"])
    assert recipient is not None
    assert (recipient.contact_email, recipient.name) == ("contact@exemple.fr", "Camille Moreau")


def test_every_manager_gets_a_mail_of_their_own(notifier: ServiceUnderTest) -> None:  # N-01
    event = contract_example("structures.attachment_requested.v1", manager_ids=[41, 43, 44])

    notifier.inbox.receive([event])

    assert [mail.account_id for mail in mails(notifier.database)] == [41, 43, 44]


def test_opening_an_espace_tells_opener_and_principal_manager_once_each(notifier: ServiceUnderTest) -> None:  # N-01
    event = contract_example("espaces.espace_opened.v1", opened_by=43, subscriber_ids=[41, 43])

    notifier.inbox.receive([event])

    assert sorted(mail.account_id for mail in mails(notifier.database)) == [41, 43]


def test_a_cancelled_request_is_followed_and_makes_no_mail(notifier: ServiceUnderTest) -> None:  # N-01
    notifier.inbox.receive([contract_example("structures.attachment_cancelled.v1")])

    assert mails(notifier.database) == []
    assert notifier.inbox.position("structures") == 1


def test_a_mail_keeps_the_correlation_id_of_its_event(notifier: ServiceUnderTest) -> None:
    event = contract_example("identity.account_activated.v1")

    notifier.inbox.receive([event])

    assert only_mail(notifier.database).correlation_id == event.correlation_id
