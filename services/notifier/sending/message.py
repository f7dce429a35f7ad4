"""Message for the mail server: two parts, and headers that no person's name can break."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parseaddr

import idna

from chassis.ground.settings import SettingsError
from services.notifier.errors.sending import PermanentFault
from services.notifier.mails.rendering import Rendered, one_line

PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ '’\-]+[^\W\d_]+)*", re.UNICODE)
"""Pattern of letters, with spaces, hyphens and apostrophes between them."""


@dataclass(frozen=True)
class Sender:
    """Name and address in the From header of every mail."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> "Sender":
        """Return the sender of a setting such as `Guichet <ne-pas-repondre@guichet.example>`. Raises SettingsError."""
        name, address = parseaddr(text)
        if "@" not in address:
            raise SettingsError("GUICHET_SMTP_SENDER: no address in it. Write Guichet <someone@some.domain>")
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
    message = EmailMessage(SMTP if to.isascii() else SMTPUTF8)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(display_name(name), *to.rsplit("@", 1))
    message["Subject"] = rendered.subject
    message["Date"] = at
    message["Message-ID"] = f"<{unique_name}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "fr"  # set last: add_alternative moves the Content headers set before into the part
    return Letter(sender.address, to, message.as_bytes())


def deliverable(address: str) -> str:
    """Return the address with its domain in ASCII; a local part outside ASCII stays as it is.

    Raises PermanentFault for a domain without an ASCII form.
    """
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        raise PermanentFault("no domain can have the name in this address") from None


def display_name(name: str) -> str:
    """Return the person's name if it looks like one, or nothing."""
    # A stranger can sign up with anyone's address: the name they typed must not carry an advertisement there.
    plain = one_line(name)
    return plain if PLAIN_NAME.fullmatch(plain) else ""
