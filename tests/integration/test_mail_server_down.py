"""The mail server is down while people sign up: identity, notifier and a real SMTP server that is closed and opened."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.notifier.models.mails import MailState
from tests.integration.by_mail import ByMail, by_mail, link_in
from tests.kit.waiting import until
from tests.services.identity.builders import an_address, refusal
from tests.services.notifier.builders import mails

HOUR = timedelta(minutes=60)
OUTAGE = timedelta(hours=5)
MOMENT = timedelta(seconds=20)
ANOTHER_TRY = timedelta(seconds=4)


@pytest.fixture
def system() -> Iterator[ByMail]:
    with by_mail() as running:
        yield running


def test_a_sign_up_while_the_mail_server_is_down_answers_as_always(system: ByMail) -> None:  # N-03
    with system.open_mail_server():
        usual = system.identity.sign_up(login_email=an_address())
        system.tell()
        system.send()

    answer = system.identity.sign_up()
    system.tell()
    system.send()

    assert (answer.status_code, answer.get_json()) == (usual.status_code, usual.get_json()) == (202, {})
    assert set(answer.headers.keys()) == set(usual.headers.keys())
    assert [mail.state for mail in mails(system.notifier.database)] == [MailState.SENT, MailState.DUE]


def test_the_mail_goes_out_when_the_server_is_back_and_the_hour_counts_from_then(system: ByMail) -> None:
    # A-05, N-03
    with time_machine.travel(now(), tick=True) as clock:
        system.identity.sign_up()
        system.tell()
        system.send()
        clock.shift(OUTAGE)
        with system.open_mail_server() as server:
            send_all(system, clock)
        token = link_in(server.only_message(), "activation")

        clock.shift(HOUR - MOMENT)
        in_time = system.identity.check(token)
        clock.shift(2 * MOMENT)
        too_late = system.identity.activate(token)
        clock.shift(-2 * MOMENT)
        activated = system.identity.activate(token)

    assert in_time.status_code == 200
    assert refusal(too_late) == (410, "activation_link_expired")
    assert activated.status_code == 204
    assert system.identity.sign_in().status_code == 201


def test_a_mail_asked_for_again_during_the_outage_leaves_one_link_that_works(system: ByMail) -> None:  # A-06, N-03
    with time_machine.travel(now(), tick=True) as clock:
        system.identity.sign_up()
        clock.shift(timedelta(minutes=6))
        system.identity.resend()
        system.tell()
        system.send()
        clock.shift(OUTAGE)
        with system.open_mail_server() as server:
            send_all(system, clock)

    answers = [system.identity.check(link_in(message, "activation")) for message in server.messages()]

    assert refusal(answers[0]) == (410, "activation_link_superseded")
    assert [answer.status_code for answer in answers] == [410, 200]


def test_a_mail_that_was_refused_first_carries_a_link_that_works(system: ByMail) -> None:
    system.identity.sign_up()
    system.tell()
    with time_machine.travel(now(), tick=True) as clock, system.open_mail_server() as server:
        server.message_answer = "451 later"
        system.send()
        server.message_answer = "250 taken"
        clock.shift(OUTAGE)
        send_all(system, clock)

        assert system.identity.activate(link_in(server.only_message(), "activation")).status_code == 204


def send_all(system: ByMail, clock: time_machine.Traveller) -> None:
    """The notifier's own token has ended meanwhile: a try learns it, and the next one has another."""

    def all_are_out() -> bool:
        system.send()
        clock.shift(ANOTHER_TRY)
        return all(mail.state is MailState.SENT for mail in mails(system.notifier.database))

    until(all_are_out)
