"""SMTP side: it answers 250 once a message is safe on disk, never before."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from embedded.mailsink.store import MailStore

LOOPBACK = "127.0.0.1"
LARGEST_MESSAGE = 1_000_000  # bytes


class Receiver:
    """Handler that aiosmtpd calls for each message."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, its caller's name
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            mail = self._store.accept(content, envelope.mail_from or "", envelope.rcpt_tos)
        except OSError:
            # Temporary, so that the sender keeps the mail: a full disk must not lose one.
            return "451 4.3.0 The message could not be stored, try again later"
        return f"250 2.0.0 Stored as {mail.number}"


def smtp_server(store: MailStore, host: str, port: int) -> Controller:
    return Controller(
        Receiver(store),
        hostname=host,
        port=port,
        data_size_limit=LARGEST_MESSAGE,
        enable_SMTPUTF8=True,
        ident="Guichet mail sink",
    )
