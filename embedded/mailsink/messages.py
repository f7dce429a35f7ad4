"""Parsing of a message into subject, text, HTML and headers. Arbitrary bytes can be parsed, however broken."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True)
class ParsedMessage:
    message_id: str
    subject: str
    sender: str
    date: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def parse(content: bytes) -> ParsedMessage:
    message = message_from_bytes(content, policy=policy.default)
    return ParsedMessage(
        message_id=_header(message, "Message-ID"),
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        date=_header(message, "Date"),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=tuple((name, _printable(str(value))) for name, value in message.raw_items()),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = message.get(name, "")
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library's header parser stumbles over some malformed headers: the raw text is then what there is.
        value = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join(_printable(str(value)).split())


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return _decoded(content, part.get_content_charset("utf-8")).replace("\r\n", "\n")


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, errors="replace")
    except LookupError:  # a charset that Python does not know
        return content.decode("utf-8", errors="replace")


def _printable(text: str) -> str:
    """Undecodable bytes arrive as lone surrogates, which no page can be encoded with."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
