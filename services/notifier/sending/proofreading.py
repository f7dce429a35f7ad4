"""Proofreading: a finished message is parsed as its reader's program will, and compared with what was meant."""

from collections.abc import Mapping
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32

from services.notifier.errors.sending import PermanentFault
from services.notifier.mails.rendering import Rendered

DESCRIBING = ("MIME-Version", "Content-Type")
"""Headers that the library adds for the two parts."""


def require(content: bytes, headers: Mapping[str, str], rendered: Rendered) -> None:
    """Raise PermanentFault unless the message says what was meant, no more and no less.

    `headers`: encoded, by name; each must be there once, and the subject must read as it was rendered.
    """
    message = message_from_bytes(content, policy=policy.default)
    if sorted(message.keys()) != sorted([*headers, *DESCRIBING]):
        raise PermanentFault("the message would have other headers than were meant")
    if str(message["Subject"]) != rendered.subject or _as_older_programs_read(content) != rendered.subject:
        raise PermanentFault("the subject would read otherwise than was meant")
    if any(len(message[field].addresses) != 1 for field in ("From", "To")):
        raise PermanentFault("the message would have other addresses than were meant")
    if _parts(message) != [("text/plain", _lines(rendered.text)), ("text/html", _lines(rendered.html))]:
        raise PermanentFault("the message would have other parts than were meant")


def _as_older_programs_read(content: bytes) -> str:
    return str(make_header(decode_header(message_from_bytes(content, policy=compat32)["Subject"].replace("\r\n", ""))))


def _parts(message: EmailMessage) -> list[tuple[str, str]]:
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    return [(part.get_content_type(), _lines(part.get_content())) for part in parts]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")
