"""Conversation with the mail server, where the sender's own tests do not reach."""

import pytest

from chassis.ground.settings import Secret
from services.notifier.errors.sending import PermanentFault, TransientFault
from services.notifier.sending.mail_server import MailServer
from services.notifier.sending.message import Letter
from tests.services.notifier import mail_server
from tests.services.notifier.builders import some_settings


def a_letter(to: str = "contact@exemple.fr") -> Letter:
    return Letter("ne-pas-repondre@guichet.example", to, b"Subject: x\r\n\r\n.\r\n..\r\n")


def deliver(letter: Letter, server: mail_server.MailServer, **settings: object) -> str:
    with MailServer(some_settings(smtp_port=server.port, **settings)).accepting(letter) as hand_over:
        return hand_over()


def test_a_server_without_starttls_gets_nothing_when_encryption_is_asked_for() -> None:
    with mail_server.running() as server, pytest.raises(TransientFault) as caught:
        deliver(a_letter(), server, smtp_starttls=True)

    assert not isinstance(caught.value, PermanentFault)
    assert server.accepted == []


def test_a_refused_password_is_for_an_operator_to_put_right_while_mails_wait() -> None:
    with mail_server.running() as server, pytest.raises(TransientFault) as caught:
        deliver(a_letter(), server, smtp_user="guichet", smtp_password=Secret("a-wrong-password-of-ours"))

    assert not isinstance(caught.value, PermanentFault)


def test_nothing_is_handed_over_when_the_last_look_says_no() -> None:  # N-03
    with mail_server.running() as server:
        client = MailServer(some_settings(smtp_port=server.port))

        with pytest.raises(LookupError), client.accepting(a_letter()):
            raise LookupError

    assert server.accepted == []


def test_an_address_outside_ascii_is_taken_by_a_server_that_can() -> None:
    with mail_server.running() as server:
        answer = deliver(a_letter(to="zoé@exemple.fr"), server)

    assert answer == "250 2.0.0 taken"
    assert server.recipients == ["zoé@exemple.fr"]


def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    with mail_server.running() as server:
        deliver(a_letter(), server)

    assert server.accepted == [b"Subject: x\r\n\r\n.\r\n..\r\n"]
