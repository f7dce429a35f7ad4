"""Conversation with the mail server, where the sender's own tests do not reach."""

from typing import Any

import pytest

from chassis.ground.settings import Secret, SettingsError
from services.notifier.errors.sending import OurFault, PermanentFault, TransientFault
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


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("504 5.5.2 <7f3a>: Helo command rejected: need fully-qualified hostname", OurFault),
        ("554 5.7.1 <{address}>: Relay access denied", OurFault),
        ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", OurFault),
        ("550 5.4.5 Daily sending quota exceeded", OurFault),
        ("530 5.7.0 Must issue a STARTTLS command first", OurFault),
        ("535 5.7.8 Authentication credentials invalid", OurFault),
        ("553 5.1.8 Sender address rejected: Domain not found", OurFault),
        ("550 5.1.7 Invalid sender", OurFault),
        ("550 5.7.26 This mail is unauthenticated", OurFault),
        ("530 Authentication required", OurFault),
        ("550 relay not permitted", OurFault),
        ("503 bad sequence", OurFault),
        ("550 5.1.1 <{address}>: Recipient address rejected: User unknown", PermanentFault),
        ("553 5.1.3 bad address syntax", PermanentFault),
        ("552 5.2.2 Mailbox full", PermanentFault),
        ("550 5.2.1 Mailbox disabled", PermanentFault),
        ("552 5.3.4 Message too big", PermanentFault),
        ("550 5.4.4 Unable to route", PermanentFault),
        ("554 5.6.0 Content not accepted", PermanentFault),
        ("550 no such user here", PermanentFault),
        ("550 no such user at corporate.example", PermanentFault),
        ("550 sending rate exceeded", OurFault),
        ("450 4.2.1 try later", TransientFault),
        ("451 4.7.1 greylisted", TransientFault),
    ],
)
def test_the_code_says_whose_fault_a_refusal_is(answer: str, kind: type[TransientFault]) -> None:  # N-03
    with mail_server.running(recipient_answer=answer) as server, pytest.raises(TransientFault) as caught:
        deliver(a_letter(), server)

    assert type(caught.value) is kind
    assert "contact@exemple.fr" not in caught.value.answer


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "portail.exemple.fr"),
        ({"smtp_ehlo_name": "mail.exemple.fr"}, "mail.exemple.fr"),
        ({"portal_url": "http://localhost:8000"}, "localhost"),
    ],
)
def test_the_server_is_greeted_with_a_name_that_it_can_look_up(settings: dict[str, str], name: str) -> None:
    with mail_server.running() as server:
        deliver(a_letter(), server, **settings)

    assert server.greetings == [name]


@pytest.mark.parametrize("name", ["two words", "exemple.fr\r\nMAIL", "-a", "a b"])
def test_a_greeting_that_no_server_takes_is_refused_at_start(name: str) -> None:
    with pytest.raises(SettingsError, match="GUICHET_SMTP_EHLO_NAME"):
        some_settings(smtp_ehlo_name=name)


@pytest.mark.parametrize(
    ("settings", "implicit"),
    [
        ({"smtp_port": 465}, True),
        ({"smtp_port": 465, "smtp_implicit_tls": False}, False),
        ({"smtp_port": 2465, "smtp_implicit_tls": True}, True),
        ({"smtp_port": 587}, False),
    ],
)
def test_on_port_465_the_first_byte_is_encrypted(settings: dict[str, Any], implicit: bool) -> None:
    assert some_settings(**settings).has_implicit_tls is implicit


def test_a_server_that_encrypts_from_the_first_byte_must_show_a_certificate_that_we_trust() -> None:
    with mail_server.running(encrypts=True) as server, pytest.raises(TransientFault) as caught:
        deliver(a_letter(), server, smtp_implicit_tls=True)

    assert "CERTIFICATE" in caught.value.answer
    assert server.accepted == []
