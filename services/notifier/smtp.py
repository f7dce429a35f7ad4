"""The mail server, spoken to in two moves, so that the sender can take a last look between them."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.notifier.errors import PermanentFault, TransientFault
from services.notifier.message import Letter
from services.notifier.settings import Settings

ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
LONGEST_ANSWER = 500
FAREWELL_SECONDS = 5

HandOver = Callable[[], str]
"""Gives the server the message; answers what it said when it took it. Raises TransientFault or PermanentFault."""


class Relay:
    """The one mail server that takes all our mails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @contextmanager
    def accepting(self, letter: Letter) -> Iterator[HandOver]:
        """The server is ready for the message and accepts its recipient; nothing was handed over yet.

        Only a refusal of the recipient or of the message is permanent. Anything else that the server dislikes (our
        host, our password, our sender) is for an operator to put right while the mails wait.
        """
        with self._connected() as server:
            options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.needs_utf8 else []
            if letter.needs_utf8 and not server.has_extn("smtputf8"):
                raise PermanentFault("the mail server does not take addresses outside ASCII")
            _require(*server.mail(letter.sender, options))
            _require(*server.rcpt(letter.to), for_the_recipient=True)
            yield lambda: self._hand_over(server, letter)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        with _as_transient():
            # The name is given because smtplib would ask the DNS for it, which can take long where there is none.
            server = smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, socket.gethostname(), timeout=settings.smtp_seconds
            )
        try:
            with _as_transient():
                self._greet(server)
                yield server
        finally:
            _leave(server)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self._settings.smtp_user and self._settings.smtp_password:
            server.login(self._settings.smtp_user, self._settings.smtp_password.reveal())

    def _hand_over(self, server: smtplib.SMTP, letter: Letter) -> str:
        assert server.sock is not None
        # A server may think long after the last dot. Giving up too early would send again what it is about to take.
        server.sock.settimeout(self._settings.smtp_answer_seconds)
        try:
            code, text = server.data(letter.content)
        except smtplib.SMTPDataError as error:
            return _require(error.smtp_code, error.smtp_error, for_the_recipient=True)
        except OSError as error:
            raise TransientFault(f"handed over, but no answer came: {_without_address(str(error))}") from None
        return _require(code, text, for_the_recipient=True)


def _require(code: int, text: bytes | str, *, for_the_recipient: bool = False) -> str:
    """What the server said, if it agreed."""
    if 200 <= code < 300:
        return _said(code, text)
    permanent = for_the_recipient and code >= 500
    raise (PermanentFault if permanent else TransientFault)(_said(code, text))


@contextmanager
def _as_transient() -> Iterator[None]:
    """smtplib's and the network's faults in our words."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise TransientFault(_said(error.smtp_code, error.smtp_error)) from None
    except OSError as error:  # also smtplib's own exceptions
        raise TransientFault(f"{type(error).__name__}: {_without_address(str(error))}") from None


def _leave(server: smtplib.SMTP) -> None:
    """Politely if the server still listens. The mail's fate is settled, so a fault changes nothing and is not told."""
    try:
        if server.sock is not None:
            server.sock.settimeout(FAREWELL_SECONDS)
            server.quit()
    except OSError:
        server.close()


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    return _without_address(f"{code} {' '.join(words.split())}")


def _without_address(text: str) -> str:
    return ADDRESS.sub("<address>", text)[:LONGEST_ANSWER]
