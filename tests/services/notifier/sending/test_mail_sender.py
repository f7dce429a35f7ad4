"""Mail sender against a real mail server that misbehaves, and against crashes at the worst moments."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import structlog
import time_machine

from chassis.ground.clock import now
from chassis.storage.database import Database
from services.notifier.errors.sending import Moot, TransientFault
from services.notifier.mails.link_kinds import LinkKind
from services.notifier.models.mails import MailState, TryOutcome
from services.notifier.sending.links import Link
from services.notifier.sending.mail_sender import MailSender
from tests.kit.databases import everything_in
from tests.kit.together import together
from tests.services.notifier import mail_server
from tests.services.notifier.builders import (
    LEASE,
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


@pytest.fixture
def database() -> Iterator[Database]:
    with a_database() as database:
        keep(database, a_recipient())
        yield database


def run_until_idle(sender: MailSender) -> None:
    while sender.run_once():
        pass


class NoLinks:
    """Identity, when it says no."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def issue(self, kind: LinkKind, account_id: int, context: Mapping[str, object]) -> Link:
        raise self._fault


def test_without_mails_there_is_nothing_to_do(database: Database) -> None:
    assert a_sender(database).run_once() is False


def test_a_mail_waits_while_the_mail_server_is_down_and_goes_when_it_is_back(database: Database) -> None:  # N-03
    keep(database, a_mail())
    port = mail_server.free_port()
    with time_machine.travel(now(), tick=True) as clock:
        a_sender(database, smtp_port=port).run_once()
        waiting = only_mail(database)
        clock.shift(5)

        with mail_server.running(port=port) as server:
            run_until_idle(a_sender(database, smtp_port=port))

    assert (waiting.state, waiting.tries[0].answer) == (
        MailState.DUE,
        "ConnectionRefusedError: [Errno 111] Connection refused",
    )
    assert len(server.accepted) == 1
    assert [one.outcome for one in only_mail(database).tries] == [TryOutcome.FAILED, TryOutcome.SENT]


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        ({"recipient_answer": "450 4.2.1 {address} is busy"}, "450 4.2.1 <address> is busy"),
        ({"message_answer": "451 4.3.0 later"}, "451 4.3.0 later"),
        ({"cuts_at_data": True}, "handed over, but no answer came: Connection unexpectedly closed"),
        ({"never_answers": True}, "handed over, but no answer came: Connection unexpectedly closed: timed out"),
    ],
)
def test_a_passing_fault_is_kept_and_the_mail_tried_again(
    database: Database, behaviour: dict[str, Any], answer: str
) -> None:  # N-03
    keep(database, a_mail())

    with mail_server.running(**behaviour) as server:
        a_sender(database, smtp_port=server.port, smtp_answer_seconds=0.3).run_once()

    mail = only_mail(database)
    assert mail.state is MailState.DUE
    assert str(mail.tries[0].answer).startswith(answer)  # the system may add how the connection ended
    assert mail.due_at > mail.owed_since
    assert server.accepted == []


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        ({"recipient_answer": "550 5.1.1 {address}: nobody"}, "550 5.1.1 <address> nobody"),
        ({"message_answer": "554 5.6.0 unwanted"}, "554 5.6.0 unwanted"),
    ],
)
def test_a_lasting_refusal_parks_the_mail_at_once(
    database: Database, behaviour: dict[str, Any], answer: str
) -> None:  # N-03
    keep(database, a_mail())

    with mail_server.running(**behaviour) as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    mail = only_mail(database)
    assert (mail.state, mail.reason, mail.number_of_tries) == (MailState.PARKED, answer, 1)


def test_a_mail_is_parked_after_48_hours_and_not_before(database: Database) -> None:  # N-03
    keep(database, a_mail())
    states = []
    with time_machine.travel(now(), tick=True) as clock:
        for hours in (0, 47, 2):
            clock.shift(timedelta(hours=hours))
            a_sender(database).run_once()
            states.append(only_mail(database).state)

    assert states == [MailState.DUE, MailState.DUE, MailState.PARKED]
    assert only_mail(database).number_of_tries == 3


def test_a_mail_refused_then_parked_holds_up_no_other(database: Database) -> None:  # N-03
    keep(database, a_mail(account_id=999), a_mail())

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    early, late = mails(database)
    assert (early.state, late.state) == (MailState.DUE, MailState.SENT)
    assert len(server.accepted) == 1


def test_a_mail_to_an_unknown_account_goes_when_the_account_is_known(database: Database) -> None:  # N-03
    keep(database, a_mail(account_id=42))
    with time_machine.travel(now(), tick=True) as clock, mail_server.running() as server:
        sender = a_sender(database, smtp_port=server.port)
        run_until_idle(sender)
        keep(database, a_recipient(account_id=42, contact_email="autre@exemple.fr"))
        clock.shift(2)

        run_until_idle(sender)

    assert server.recipients == ["autre@exemple.fr"]


def test_a_mail_that_names_an_unknown_person_waits_for_the_name(database: Database) -> None:  # N-02
    context = {"structure_id": 7, "structure_name": "AIFE", "comment": "", "person_id": 42}
    keep(database, a_mail(template="attachment_requested", context=context))

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    assert only_mail(database).state is MailState.DUE
    assert server.accepted == []


def test_a_mail_that_cannot_be_written_holds_up_no_other(database: Database) -> None:  # N-03
    keep(database, a_mail(template="attachment_refused", context={}), a_mail())

    with mail_server.running() as server, structlog.testing.capture_logs() as logs:
        run_until_idle(a_sender(database, smtp_port=server.port))

    broken, sound = mails(database)
    assert (broken.state, broken.tries[0].answer) == (MailState.DUE, "UndefinedError")
    assert sound.state is MailState.SENT
    assert "contact@exemple.fr" not in str(logs)


@pytest.mark.parametrize(("template", "page"), [("activation", "activation"), ("recovery", "recuperation")])
def test_each_try_carries_a_new_link_that_is_kept_nowhere(database: Database, template: str, page: str) -> None:
    #
    keep(database, a_mail(template=template))
    links = NumberedLinks()
    with time_machine.travel(now(), tick=True) as clock, mail_server.running(message_answer="451 later") as server:
        sender = a_sender(database, links, smtp_port=server.port)
        run_until_idle(sender)
        server.message_answer = "250 taken"
        clock.shift(2)

        run_until_idle(sender)

    body = server.only_message().get_body(("plain",))
    assert body is not None
    assert f"/{page}/token-2\r\n" in body.get_content()
    assert links.issued == [41, 41]
    rows = everything_in(database)
    assert template in rows
    assert "token-" not in rows


@pytest.mark.parametrize("template", ["activation", "recovery"])
def test_a_mail_with_a_link_goes_to_the_login_email_and_others_to_the_contact_email(
    database: Database, template: str
) -> None:
    # whoever gets the link must be who can read the address that identifies the account
    keep(database, a_mail(template=template), a_mail())

    with mail_server.running() as server:
        run_until_idle(a_sender(database, NumberedLinks(), smtp_port=server.port))

    receivers = {message["To"].addresses[0].addr_spec for message in server.messages()}
    assert receivers == {"camille.moreau@exemple.fr", "contact@exemple.fr"}


def test_an_activation_mail_for_an_active_account_is_dropped(database: Database) -> None:  # N-01
    keep(database, an_activation_mail())

    run_until_idle(a_sender(database, NoLinks(Moot("account_already_active"))))

    mail = only_mail(database)
    assert (mail.state, mail.reason) == (MailState.DROPPED, "account_already_active")


def test_an_activation_mail_waits_while_identity_is_silent(database: Database) -> None:  # N-03
    keep(database, an_activation_mail())

    run_until_idle(a_sender(database, NoLinks(TransientFault("identity does not answer"))))

    assert only_mail(database).state is MailState.DUE


def test_every_try_has_the_same_message_id(database: Database) -> None:  # N-03
    keep(database, a_mail())
    with time_machine.travel(now(), tick=True) as clock, mail_server.running(cuts_after_taking=True) as server:
        sender = a_sender(database, smtp_port=server.port)
        run_until_idle(sender)
        server.cuts_after_taking = False
        clock.shift(2)

        run_until_idle(sender)

    assert len({message["Message-ID"] for message in server.messages()}) == 1
    assert only_mail(database).state is MailState.SENT


def test_a_crash_before_handing_over_delays_nothing(database: Database) -> None:  # N-03
    mail = a_mail()
    mail.claim(now())
    keep(database, mail)

    with mail_server.running() as server:
        run_until_idle(a_sender(database, smtp_port=server.port))

    assert len(server.accepted) == 1
    assert [one.outcome for one in only_mail(database).tries] == [TryOutcome.INTERRUPTED, TryOutcome.SENT]


def test_a_crash_while_handing_over_sends_again_only_when_the_lease_is_over(database: Database) -> None:  # N-03
    mail = a_mail()
    mail.claim(now())
    mail.hand_over(1, now())
    keep(database, mail)
    with time_machine.travel(now(), tick=True) as clock, mail_server.running() as server:
        sender = a_sender(database, smtp_port=server.port)
        run_until_idle(sender)
        sent_early = list(server.accepted)
        clock.shift(LEASE + timedelta(seconds=1))

        run_until_idle(sender)

    assert sent_early == []
    assert len(server.accepted) == 1
    assert only_mail(database).tries[0].outcome is TryOutcome.UNKNOWN


def test_a_worker_that_starts_in_the_middle_of_a_try_takes_it_over_alone(database: Database) -> None:  # N-03
    keep(database, an_activation_mail())
    with mail_server.running() as server:
        newcomer = a_sender(database, smtp_port=server.port)
        sender = a_sender(database, NumberedLinks(before=newcomer.run_once), smtp_port=server.port)

        run_until_idle(sender)

    assert len(server.accepted) == 1
    assert [one.outcome for one in only_mail(database).tries] == [TryOutcome.INTERRUPTED, TryOutcome.SENT]


def test_a_try_that_fails_after_another_sent_the_mail_changes_nothing(database: Database) -> None:  # N-03
    keep(database, an_activation_mail())
    with mail_server.running() as server:
        newcomer = a_sender(database, smtp_port=server.port)
        sender = a_sender(database, NumberedLinks(before=newcomer.run_once))

        went_on = sender.run_once()

    assert went_on
    assert only_mail(database).state is MailState.SENT


def test_two_workers_at_once_send_each_mail_once(database: Database) -> None:  # N-03
    keep(database, *(a_mail() for _ in range(20)))
    with mail_server.running() as server:
        senders = [a_sender(database, smtp_port=server.port) for _ in range(2)]
        together(*(partial(run_until_idle, sender) for sender in senders))

    assert len({message["Message-ID"] for message in server.messages()}) == len(server.accepted) == 20


def test_no_address_is_kept_with_a_mail_or_logged(database: Database) -> None:  # N-02
    keep(database, a_mail())

    refusal = "550 {address} unknown"
    with mail_server.running(recipient_answer=refusal) as server, structlog.testing.capture_logs() as logs:
        run_until_idle(a_sender(database, smtp_port=server.port))

    mail = only_mail(database)
    assert logs
    assert "contact@exemple.fr" not in f"{logs} {mail.reason} {[one.answer for one in mail.tries]}"
