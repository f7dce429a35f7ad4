"""A real SMTP server on loopback that misbehaves on demand."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from tempfile import NamedTemporaryFile
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chassis.ground.clock import now


@dataclass
class MailServer:
    """How it answers can be changed at any time; `accepted` is what it took, answered or not."""

    port: int = 0
    recipient_answer: str = ""
    message_answer: str = "250 2.0.0 taken"
    cuts_at_data: bool = False
    cuts_after_taking: bool = False
    never_answers: bool = False
    accepted: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    unknown: str = ""
    """Address that is refused."""
    answer_to_unknown: str = "550 5.1.1 unknown"
    encrypts: bool = False
    """Whether the first byte is encrypted already, by a certificate that nobody trusts."""
    greetings: list[str] = field(default_factory=list)

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for content in self.accepted]

    def only_message(self) -> EmailMessage:
        (message,) = self.messages()
        return message

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == self.unknown:
            return self.answer_to_unknown
        if self.recipient_answer:
            return self.recipient_answer.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greetings.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.never_answers:
            await asyncio.Event().wait()
        if self.message_answer.startswith("250"):
            self.accepted.append(envelope.content)
            self.recipients += envelope.rcpt_tos
        if self.cuts_after_taking:
            server.transport.abort()
        return self.message_answer


class Cuttable(SMTP):  # type: ignore[misc]
    """Hangs up in the middle of DATA when its handler says so."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.cuts_at_data:
            await self.push("354 go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class CuttableController(Controller):  # type: ignore[misc]
    def factory(self) -> SMTP:
        return Cuttable(self.handler, **self.SMTP_kwargs)


@contextmanager
def running(*, port: int = 0, **behaviour: Any) -> Iterator[MailServer]:
    server = MailServer(port=port or free_port(), **behaviour)
    context = untrusted_certificate() if server.encrypts else None
    controller = CuttableController(
        server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=True, ssl_context=context
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def untrusted_certificate() -> ssl.SSLContext:
    """A context of a server that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.write(certificate.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context
