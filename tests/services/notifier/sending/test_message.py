"""Message on the wire."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from chassis.ground.settings import SettingsError
from services.notifier.errors.sending import PermanentFault
from services.notifier.mails.rendering import Rendered
from services.notifier.models.read_models import Recipient
from services.notifier.sending.message import Letter, Sender, write
from tests.services.notifier.builders import a_recipient

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_letter(recipient: Recipient) -> Letter:
    rendered = Rendered("Votre rattachement à « É » est accepté", "Bonjour été\n", "<p>Bonjour été</p>")
    return write(
        rendered,
        Sender.parse("Guichet <pas-de-reponse@guichet.example>"),
        recipient.name,
        recipient.contact_email,
        "abc123",
        NOON,
    )


def read(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.content, policy=policy.default)


def test_a_message_has_both_parts_and_says_that_a_machine_wrote_it() -> None:  # N-02
    message = read(a_letter(a_recipient()))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert message["From"] == "Guichet <pas-de-reponse@guichet.example>"
    assert message["Subject"] == "Votre rattachement à « É » est accepté"


@pytest.mark.parametrize("text", ["", "Guichet", "Guichet <>"])
def test_a_sender_without_an_address_stops_the_worker_at_start(text: str) -> None:
    with pytest.raises(SettingsError, match="GUICHET_SMTP_SENDER"):
        Sender.parse(text)


def test_the_message_id_depends_on_the_mail_alone() -> None:  # N-03
    assert read(a_letter(a_recipient()))["Message-ID"] == "<abc123@guichet.example>"


def test_the_recipient_is_shown_by_name() -> None:
    message = read(a_letter(a_recipient(first_name="Anne-Zoé", last_name="d’Été")))

    assert message["To"].addresses[0].display_name == "Anne-Zoé d’Été"
    assert message["To"].addresses[0].addr_spec == "contact@exemple.fr"


@pytest.mark.parametrize("name", ["Eve\r\nBcc: x@exemple.fr", "Gagnez sur exemple.com", 'A" <x@exemple.fr>, "B', "x1"])
def test_what_is_not_a_name_is_not_shown_as_one(name: str) -> None:
    message = read(a_letter(a_recipient(first_name=name)))

    assert message["To"] == "contact@exemple.fr"
    assert message["Bcc"] is None


def test_a_domain_with_accents_is_written_as_the_mail_system_knows_it() -> None:
    letter = a_letter(a_recipient(contact_email="contact@straße-é.fr"))

    assert letter.to == "contact@xn--strae--eta6f.fr"
    assert not letter.needs_utf8


def test_an_address_with_accents_asks_the_server_for_utf8() -> None:
    letter = a_letter(a_recipient(contact_email="zoé@exemple.fr"))

    assert letter.needs_utf8
    assert b"zo\xc3\xa9@exemple.fr" in letter.content


def test_an_impossible_domain_is_a_permanent_fault() -> None:
    with pytest.raises(PermanentFault):
        a_letter(a_recipient(contact_email="contact@é..fr"))


def test_no_line_is_longer_than_the_mail_system_allows() -> None:
    rendered = Rendered("é" * 150, "x" * 5000 + "é\n", "<p>" + "é" * 5000 + "</p>")

    letter = write(rendered, Sender.parse("a@b.example"), "L" * 90, "l@exemple.fr", "abc", NOON)

    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 998
    assert letter.content.isascii()
