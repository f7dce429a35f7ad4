"""Workers of the notifier that claim mails and receive events at once, on PostgreSQL."""

from dataclasses import fields
from functools import partial

import pytest

from services.notifier.app import SERVICE as NOTIFIER
from services.notifier.models.mails import MailState
from services.notifier.sending.mail_sender import MailSender
from tests.integration.races.racing import ROUNDS
from tests.kit.support import contract_example, service_under_test
from tests.kit.together import together
from tests.services.notifier import mail_server
from tests.services.notifier.builders import a_database, a_mail, a_recipient, a_sender, keep, mails, some_settings

pytestmark = pytest.mark.containers


def test_workers_that_claim_at_once_send_no_mail_twice() -> None:  # N-03
    with a_database() as database, mail_server.running() as server:
        keep(database, a_recipient(), *(a_mail() for _ in range(4 * ROUNDS)))
        senders = [a_sender(database, smtp_port=server.port) for _ in range(4)]

        together(*(partial(run_until_idle, sender) for sender in senders))

        assert {mail.state for mail in mails(database)} == {MailState.SENT}
    assert len({message["Message-ID"] for message in server.messages()}) == len(server.accepted) == 4 * ROUNDS


def test_an_event_that_two_workers_receive_at_once_is_worth_one_mail() -> None:  # N-03
    settings = some_settings()
    options = {one.name: getattr(settings, one.name) for one in fields(settings) if one.name != "database_url"}
    with service_under_test(NOTIFIER, **options) as notifier:
        for position in range(1, ROUNDS + 1):
            event = contract_example("identity.account_activated.v1", position=position)

            together(*[partial(notifier.inbox.receive, [event])] * 3)

        assert len({mail.event_id for mail in mails(notifier.database)}) == len(mails(notifier.database)) == ROUNDS


def run_until_idle(sender: MailSender) -> None:
    while sender.run_once():
        pass
