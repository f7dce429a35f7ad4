"""Message on the wire."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.ground.settings import SettingsError
from services.notifier.errors.sending import PermanentFault
from services.notifier.mails.rendering import Rendered, clean, one_line, quoted, with_breaks
from services.notifier.models.read_models import Recipient
from services.notifier.sending import proofreading
from services.notifier.sending.message import Letter, Sender, write
from tests.services.notifier.builders import a_recipient

RENDERED = Rendered("Votre rattachement à « É » est accepté", "Bonjour été\n", "<p>Bonjour été</p>")
HEADERS = sorted(
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    ]
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_letter(recipient: Recipient) -> Letter:
    return write(
        RENDERED,
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


@pytest.mark.parametrize(
    "text", ["", "Guichet", "Guichet <>", "Guichet <a b@c.example>", "Guichet <zoé@guichet.example>"]
)
def test_a_sender_without_an_address_stops_the_worker_at_start(text: str) -> None:
    with pytest.raises(SettingsError, match="GUICHET_SMTP_SENDER"):
        Sender.parse(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Direction générale, bureau 3 <a@b.example>", "Direction générale, bureau 3"),
        ('"Guichet, dit \\"le portail\\"" <a@b.example>', 'Guichet, dit "le portail"'),
        ("Guichet (production) <a@b.example>", "Guichet (production)"),
        ("=?utf-8?q?a=0D?= <a@b.example>", "=?utf-8?q?a=0D?="),
        ("Guichet <a@städte.example>", "Guichet"),
        ("a@b.example", ""),
    ],
)
def test_a_sender_may_have_any_name(text: str, name: str) -> None:
    sender = Sender.parse(text)
    message = read(write(RENDERED, sender, "", "l@exemple.fr", "abc", NOON))

    assert sender.name == name
    assert message["From"].addresses[0].display_name == name
    assert message["From"].addresses[0].addr_spec in ("a@b.example", "a@xn--stdte-hra.example")


TEXTS = [
    "=?utf-8?q?Z=0D=0ABcc=3A_somebody=40exemple=2Efr=0D=0AX-Injected=3A_oui?=",
    "=?utf-8?q?G=0D=0AContent-Type=3A_text=2Fhtml=0D=0A=0D=0A=3Cb=3EBody=3C=2Fb=3E?=",
    "=?UTF-8?B?Qg0KQmNjOiB4QGV4ZW1wbGUuZnI=?=",
    "a =?iso-8859-1?Q?=E9?= b",
    "=?utf-8?q?a?= =?utf-8?q?b?=",
    "=?",
    "=?utf-8?q?never closed",
    "?= =?",
    "été =?utf-8?q?=0A?= été",
    "x" * 150,
    "é" * 150,
    "🚜" * 70,
    "  ".join("abc" * 20),
    "Subject: a",
    "名前",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_subject_reads_as_it_was_written_and_adds_nothing(text: str) -> None:  # N-02
    assert_as_meant(Rendered(one_line(text), "Bonjour\n", "<p>Bonjour</p>"))


@given(st.text(max_size=150), st.text(max_size=300), st.sampled_from(["", "=?utf-8?q?", "=?utf-8?b?"]))
@settings(max_examples=300, deadline=None)
def test_no_text_of_people_adds_a_header_a_line_or_a_part(text: str, body: str, prefix: str) -> None:  # N-02
    values = clean({"structure_name": f"{prefix}{text}?=", "comment": body})
    quotation = quoted(str(values["comment"]))

    assert_as_meant(
        Rendered(
            one_line(str(values["structure_name"])),
            f"Bonjour\n{quotation}\n",
            f"<p>{with_breaks(str(values['comment']))}</p>",
        )
    )


def assert_as_meant(rendered: Rendered) -> None:
    message = read(write(rendered, Sender.parse("Guichet <a@b.example>"), "", "l@exemple.fr", "abc", NOON))

    assert str(message["Subject"]) == rendered.subject
    assert sorted(message.keys()) == HEADERS
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def proofread(content: bytes) -> None:
    """As it would be with the content in place of the letter that was meant."""
    whole = a_letter(a_recipient()).content
    parsed = message_from_bytes(whole, policy=policy.compat32)
    headers = {field: parsed[field] for field in parsed if field not in proofreading.DESCRIBING}
    mailboxes = {
        "From": ("Guichet", "pas-de-reponse@guichet.example"),
        "To": ("Camille Moreau", "contact@exemple.fr"),
    }
    proofreading.require(content, headers, mailboxes, RENDERED)


def test_a_message_that_says_what_was_meant_may_leave() -> None:
    proofread(a_letter(a_recipient()).content)


@pytest.mark.parametrize(
    ("meant", "written"),
    [
        (b"Date:", b"Bcc: x@exemple.fr\r\nDate:"),
        (b"Date:", b"Subject: another\r\nDate:"),
        (b"Date:", b"Content-Type: text/html\r\nDate:"),
        (b"Date:", b"\r\n<b>Body</b>\r\nDate:"),
        (b"Auto-Submitted: auto-generated", b"Auto-Submitted: no"),
        (b"To: Camille Moreau <contact@", b"To: Camille Moreau <other@"),
        (b"To: Camille Moreau <contact@exemple.fr>", b"To: <contact@exemple.fr>, x@exemple.fr"),
        (b"From: Guichet", b"From: Banque"),
        (b"Bonjour", b"Bonsoir"),
        (b"multipart/alternative", b"multipart/mixed"),
    ],
)
def test_a_message_that_would_say_other_than_was_meant_never_leaves(meant: bytes, written: bytes) -> None:
    whole = a_letter(a_recipient()).content
    assert meant in whole

    with pytest.raises(PermanentFault):
        proofread(whole.replace(meant, written, 1))


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
