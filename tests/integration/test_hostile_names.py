"""What people type as names and addresses, as their mails have it: identity, notifier and a real SMTP server."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache
from html import unescape

import pytest

from tests.integration.by_mail import ByMail, by_mail, html_of, link_in, text_of
from tests.services.identity.builders import EMAIL, an_address, faults
from tests.services.notifier.builders import PORTAL
from tests.services.notifier.mail_server import MailServer

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
    "MIME-Version", "Content-Type",
}  # fmt: skip
REFUSED = {
    "Moreau\r\nBcc: all@exemple.fr": "invalid_characters",
    "Moreau\nBcc: all@exemple.fr": "invalid_characters",
    "Moreau\rBcc: all": "invalid_characters",
    "Moreau\u2028Bcc: all": "invalid_characters",
    "Moreau\u2029Bcc: all": "invalid_characters",
    "Moreau\u0085Bcc: all": "invalid_characters",
    "Moreau\x0bBcc: all": "invalid_characters",
    "Moreau\x00": "invalid_characters",
    "Moreau\x1b[31m": "invalid_characters",
    "Moreau\x7f": "invalid_characters",
    "\u202euaeroM": "invalid_characters",
    "Mor\u2067eau": "invalid_characters",
    "\u200b\u2060\u3164": "required",
    "\u00a0\u2800\u00ad": "required",
    "Activez https://faux.exemple": "looks_like_a_link",
    "Allez sur faux.com": "looks_like_a_link",
    "Allez sur faux。com": "looks_like_a_link",
    "x@faux.exemple": "looks_like_a_link",
}
"""What is no name, and why."""
KEPT = [
    "Moreau%0d%0aBcc:%20all",
    "Moreau\\r\\nBcc: all",
    'M"oreau, <Bcc: all>; Cc: tous',
    "<script>alert(1)</script>",
    "</mj-text><mj-button href='//faux'>",
    "<mj-include path='/etc/passwd' />",
    "{{ portal_url }}{% include 'base' %}${7*7}#{7*7}",
    "&lt;b&gt; &amp; \" ' `",
    "]]> <!-- <![CDATA[",
    "=HYPERLINK(1)",
    "+33 1 02 03",
    "-2+3",
    "=?utf-8?q?Bcc=3A_all?=",
    "J.R.R. d’Été-Zoé",
    "Camille 🐄👩‍🌾 𠮷田 𝒞",
    "李 小龍",
    "ישראל",
    "\u200fمريم\u200f",
]
"""Odd, and kept as they are."""
TURNED = ["ישראל", "\u200fمريم\u200f"]


@pytest.fixture(scope="module")
def system() -> Iterator[ByMail]:
    """One for all who are refused: nothing of them stays in it."""
    with by_mail() as running:
        yield running


@cache
def mails_to_someone_called(last_name: str) -> MailServer:
    """Return the server that took the mails of sign-up and activation; the second one greets them by their name."""
    with by_mail() as system, system.open_mail_server() as server:
        system.identity.sign_up(last_name=last_name, contact_email=EMAIL)
        system.tell()
        system.send()
        assert system.identity.activate(link_in(server.only_message(), "activation")).status_code == 204
        system.tell()
        system.send()
    assert len(server.accepted) == 2
    return server


def links(text: str) -> set[str]:
    """What a mail program makes a link of."""
    return set(re.findall(r"(?:https?://|www\.)[^\s\"'<>]+|[\w.+-]+@[\w-]+\.\w+", text))


@pytest.mark.parametrize("field", ["last_name", "first_name"])
def test_what_is_no_name_is_refused_and_written_to_nobody(system: ByMail, field: str) -> None:  # A-01, N-02
    found = {name: faults(system.identity.sign_up(**{field: name})) for name in REFUSED}

    assert found == {name: {field: code} for name, code in REFUSED.items()}
    assert system.identity.events() == []


@pytest.mark.parametrize("name", KEPT)
def test_a_name_adds_no_header_recipient_markup_or_link_to_a_mail(name: str) -> None:  # N-02
    server = mails_to_someone_called(name)

    assert server.recipients == [EMAIL, EMAIL]
    for message in server.messages():
        assert set(message.keys()) == HEADERS
        assert len(message.keys()) == len(HEADERS)
        assert [one.addr_spec for one in message["To"].addresses] == [EMAIL]
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert all(link.startswith(PORTAL) for link in links(text_of(message)))
    assert hrefs(server.messages()[1]) == hrefs(mails_to_someone_called("Moreau").messages()[1])
    assert not re.search(r"<(script|mj-)", html_of(server.messages()[1]))


@pytest.mark.parametrize("name", KEPT)
def test_a_name_is_greeted_as_it_was_typed(name: str) -> None:  # A-01, N-02
    greeting = f"Bonjour Camille {name},"

    message = mails_to_someone_called(name).messages()[1]

    assert visible(greeting) in visible(text_of(message))
    assert visible(greeting) in visible(unescape(html_of(message)))


@pytest.mark.parametrize("name", TURNED)
def test_a_name_that_is_read_from_right_to_left_turns_nothing_else(name: str) -> None:  # N-02
    message = mails_to_someone_called(name).messages()[1]

    for part in (text_of(message), unescape(html_of(message))):
        isolated = re.search("Bonjour \u2068([^\u2068\u2069]*)\u2069,", part)
        assert isolated
        assert visible(name) in isolated[1]


@pytest.mark.parametrize(
    "address",
    [
        "camille@exemple.fr\r\nBcc: all@exemple.fr",
        "camille@exemple.fr\u2028Bcc: all@exemple.fr",
        "camille@exemple.fr%0d%0aBcc:all@exemple.fr",
        "camille@exemple.fr, all@exemple.fr",
        "camille@exemple.fr;all@exemple.fr",
        '"camille\\r\\nBcc: all"@exemple.fr',
        "Camille <camille@exemple.fr>",
        "camille@exemple.fr> RCPT TO:<all@exemple.fr",
        "camille\x00@exemple.fr",
        "\u202ecamille@exemple.fr",
    ],
)
@pytest.mark.parametrize("field", ["login_email", "contact_email"])
def test_an_address_that_could_mean_another_is_refused(system: ByMail, field: str, address: str) -> None:
    answer = system.identity.sign_up(**{"login_email": an_address(), field: address})

    assert faults(answer) in ({field: "not_an_email"}, {field: "invalid_characters"})
    assert system.identity.events() == []


def hrefs(message: EmailMessage) -> list[str]:
    return re.findall(r"href=[\"']([^\"']*)", html_of(message))


def visible(text: str) -> str:
    """Without the marks of direction, which a mail leaves out or adds, and without how lines are cut."""
    return re.sub("[\\s\u200f\u2068\u2069]", "", text)
