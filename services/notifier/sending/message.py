"""Message for the mail server: two parts, and headers that no person's text can break.

Python's header objects decode encoded words (RFC 2047) in a text that they are given: a name such as
`=?utf-8?q?=0D=0A…?=` would become lines of its own. So each header is encoded here, in one way, and the message that
comes of it is parsed again and compared with what was meant before it leaves.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr, unquote

import idna

from chassis.ground.settings import SettingsError
from services.notifier.errors.sending import PermanentFault
from services.notifier.mails.rendering import Rendered, one_line
from services.notifier.sending import proofreading

PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ '’\-]+[^\W\d_]+)*", re.UNICODE)
"""Pattern of letters, with spaces, hyphens and apostrophes between them."""
WRITABLE_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f<>(),:;\\\"\[\]@]+@[A-Za-z0-9.-]+")
"""Address that needs no quoting in a header; others would, and no account has one."""
ATOMS = re.compile(r"[A-Za-z0-9 ]+")


@dataclass(frozen=True)
class Sender:
    """Name and address in the From header of every mail."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> "Sender":
        """Return the sender of a setting such as `Guichet <ne-pas-repondre@guichet.example>`. Raises SettingsError."""
        # Without angle brackets, a comma or an accent in the name would be read as a part of an address.
        name, bracket, rest = text.rpartition("<")
        name, address = (unquote(one_line(name)), rest.rstrip("> ")) if bracket else parseaddr(text)
        try:
            address = deliverable(address)
        except PermanentFault:
            address = ""
        if not (WRITABLE_ADDRESS.fullmatch(address) and address.isascii()):
            raise SettingsError("GUICHET_SMTP_SENDER: no address in it. Write Guichet <someone@some.domain>")
        if name and _mailbox("From", name, address) == address:
            raise SettingsError("GUICHET_SMTP_SENDER: the name is too long for a header")
        return cls(name, address)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, repr=False)
class Letter:
    """Message ready to be handed over, with the two addresses of its envelope."""

    sender: str
    to: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        return not self.to.isascii()


def write(rendered: Rendered, sender: Sender, name: str, address: str, unique_name: str, at: datetime) -> Letter:
    """Return the letter to a person; their name is empty if the reader must not learn it. Raises PermanentFault."""
    to = deliverable(address)
    mailboxes = {"From": (sender.name, sender.address), "To": (display_name(name), to)}
    headers = {
        **{field: _mailbox(field, *mailbox) for field, mailbox in mailboxes.items()},
        "Subject": _encoded("Subject", rendered.subject),
        "Date": format_datetime(at),
        "Message-ID": f"<{unique_name}@{sender.domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "fr",
    }
    content = "".join(f"{field}: {value}\r\n" for field, value in headers.items()).encode() + _body(rendered)
    proofreading.require(content, headers, mailboxes, rendered)
    return Letter(sender.address, to, content)


def _body(rendered: Rendered) -> bytes:
    """Return the two parts, with the headers that describe them: none holds a person's text."""
    body = EmailMessage(SMTP)
    body.set_content(rendered.text, cte="quoted-printable")
    body.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return body.as_bytes()


def _mailbox(field: str, name: str, address: str) -> str:
    """Return name and address; a name that takes more than one encoded word is left out.

    Some programs, Python's own among them, show a blank between two encoded words of a name.
    """
    encoded = _encoded(field, name)
    return f"{encoded} <{address}>" if name and "\r\n" not in encoded else address


def _encoded(field: str, text: str) -> str:
    """Return a text for a header: plain words as they are, all else as encoded words, also what looks like some."""
    if ATOMS.fullmatch(text) and len(text) < 60:
        return text
    return Header(text, "utf-8", header_name=field).encode(linesep="\r\n")


def deliverable(address: str) -> str:
    """Return the address with its domain in ASCII; a local part outside ASCII stays as it is.

    Raises PermanentFault for a domain without an ASCII form, or an address that a header would have to quote.
    """
    local, _, domain = address.rpartition("@")
    try:
        in_ascii = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise PermanentFault("no domain can have the name in this address") from None
    if not WRITABLE_ADDRESS.fullmatch(f"{local}@{in_ascii}"):
        raise PermanentFault("no header can hold this address")
    return f"{local}@{in_ascii}"


def display_name(name: str) -> str:
    """Return the person's name if it looks like one, or nothing."""
    # A stranger can sign up with anyone's address: the name they typed must not carry an advertisement there.
    plain = one_line(name)
    return plain if PLAIN_NAME.fullmatch(plain) else ""
