"""Proofreading: a finished message is parsed as its reader's program will, and compared with what was meant."""

from collections.abc import Mapping
from email import message_from_string, policy
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.policy import compat32

from services.notifier.errors.sending import PermanentFault
from services.notifier.mails.rendering import Rendered

DESCRIBING = ("MIME-Version", "Content-Type")
"""Headers that the library adds for the two parts."""

Mailboxes = Mapping[str, tuple[str, str]]
"""Name and address by header."""


def require(content: bytes, headers: Mapping[str, str], mailboxes: Mailboxes, rendered: Rendered) -> None:
    """Raise PermanentFault unless the message says what was meant, no more and no less.

    `headers`: encoded, by name, each of which must be there once; `mailboxes` and the subject must read as they were
    meant, but for a name that was left out.
    """
    # As text: the parser of bytes knows no addresses outside ASCII.
    text = content.decode()
    message, as_written = message_from_string(text, policy=policy.default), message_from_string(text, policy=compat32)
    written = [(field, value) for field, value in as_written.raw_items() if field not in DESCRIBING]
    if written != list(headers.items()) or any(len(message.get_all(field, [])) != 1 for field in DESCRIBING):
        raise PermanentFault("the message would have other headers than were meant")
    if str(message["Subject"]) != rendered.subject or _as_older_programs_read(as_written) != rendered.subject:
        raise PermanentFault("the subject would read otherwise than was meant")
    if not all(_is_mailbox(message[field], *mailbox) for field, mailbox in mailboxes.items()):
        raise PermanentFault("the message would have other addresses than were meant")
    parts = [("text/plain", _lines(rendered.text)), ("text/html", _lines(rendered.html))]
    if message.get_content_type() != "multipart/alternative" or _parts(message) != parts:
        raise PermanentFault("the message would have other parts than were meant")


def _is_mailbox(header: AddressHeader, name: str, address: str) -> bool:
    (mailbox, *others) = header.addresses
    return not others and mailbox.addr_spec == address and mailbox.display_name in (name, "")


def _as_older_programs_read(message: Message) -> str:
    return str(make_header(decode_header(message["Subject"].replace("\r\n", ""))))


def _parts(message: EmailMessage) -> list[tuple[str, str]]:
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    return [(part.get_content_type(), _lines(part.get_content())) for part in parts]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")
