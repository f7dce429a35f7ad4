"""Client of the mail server, in two steps, so that the sender can check its claim between them."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from services.notifier.errors.sending import PermanentFault, TransientFault
from services.notifier.sending import refusals
from services.notifier.sending.message import Letter
from services.notifier.settings import Settings

ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
LONGEST_ANSWER = 500
FAREWELL_SECONDS = 5

HandOver = Callable[[], str]
"""Second step: gives the server the message and returns its answer. Raises TransientFault or PermanentFault."""


class MailServer:
    """Mail server that takes all our mails, over SMTP."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @contextmanager
    def accepting(self, letter: Letter) -> Iterator[HandOver]:
        """Connect, and have the server accept the recipient; nothing is handed over before the second step.

        Raises PermanentFault for a refusal of the recipient or of the message, OurFault for one of us, which is for an
        operator to put right while the mails wait, and TransientFault for any other.
        """
        with self._connected() as server:
            options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.needs_utf8 else []
            if letter.needs_utf8 and not server.has_extn("smtputf8"):
                raise PermanentFault("the mail server does not take addresses outside ASCII")
            _require_success(*server.mail(letter.sender, options))
            _require_success(*server.rcpt(letter.to), about_this_mail=True)
            yield lambda: self._hand_over(server, letter)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        with _as_transient():
            # Without a name, smtplib would ask the DNS for it, which can take long where there is none.
            server = self._client()(
                settings.smtp_host, settings.smtp_port, settings.ehlo_name, timeout=settings.smtp_seconds
            )
        try:
            with _as_transient():
                self._greet(server)
                yield server
        finally:
            _leave(server)

    def _client(self) -> Callable[..., smtplib.SMTP]:
        if self._settings.has_implicit_tls:
            return partial(smtplib.SMTP_SSL, context=ssl.create_default_context())
        return smtplib.SMTP

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.smtp_starttls and not self._settings.has_implicit_tls:
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
            return _require_success(error.smtp_code, error.smtp_error, about_this_mail=True)
        except OSError as error:
            raise TransientFault(f"handed over, but no answer came: {_without_address(str(error))}") from None
        return _require_success(code, text, about_this_mail=True)


def _require_success(code: int, text: bytes | str, *, about_this_mail: bool = False) -> str:
    """Return the server's answer if it agreed. Raises PermanentFault, OurFault or TransientFault."""
    if 200 <= code < 300:
        return _answer(code, text)
    raise refusals.fault(code, _answer(code, text), about_this_mail=about_this_mail)


@contextmanager
def _as_transient() -> Iterator[None]:
    """Turn faults of smtplib and of the network into TransientFault, without any address."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        answer = _answer(error.smtp_code, error.smtp_error)
        raise refusals.fault(error.smtp_code, answer, about_this_mail=False) from None
    except OSError as error:  # also smtplib's own exceptions
        raise TransientFault(f"{type(error).__name__}: {_without_address(str(error))}") from None


def _leave(server: smtplib.SMTP) -> None:
    """End the session, politely if the server still listens."""
    # The mail's fate is settled by now: a fault here changes nothing, and is not reported.
    try:
        if server.sock is not None:
            server.sock.settimeout(FAREWELL_SECONDS)
            server.quit()
    except OSError:
        server.close()


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    return _without_address(f"{code} {' '.join(words.split())}")


def _without_address(text: str) -> str:
    return ADDRESS.sub("<address>", text)[:LONGEST_ANSWER]
