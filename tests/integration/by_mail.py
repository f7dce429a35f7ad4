"""Identity and the notifier, speaking to each other over HTTP, and a mail server that can be closed and opened.

Their loops are run by hand. Both processes are one here, so identity's clock is set for as long as it answers.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import time_machine

from chassis.calls.internal_client import Credentials, InternalClient
from chassis.events.feed import HttpFeed
from chassis.events.inbox import Inbox
from chassis.events.relay import Relay
from chassis.events.transport import EmbeddedTransport
from chassis.ground.clock import now
from chassis.ground.settings import Secret
from services.notifier.app import SERVICE as NOTIFIER
from services.notifier.app import mail_sender
from services.notifier.handlers import HANDLERS
from services.notifier.sending.mail_sender import MailSender
from tests.kit.serving import serving
from tests.kit.support import ServiceUnderTest, service_under_test
from tests.services.identity.builders import Identity, identity_under_test
from tests.services.notifier import mail_server
from tests.services.notifier.builders import some_settings
from tests.services.notifier.mail_server import MailServer


@dataclass(frozen=True)
class ByMail:
    identity: Identity
    notifier: ServiceUnderTest
    inbox: Inbox
    sender: MailSender
    identity_url: str
    port: int
    """Where the mail server listens while it is open."""

    def open_mail_server(self) -> AbstractContextManager[MailServer]:
        return mail_server.running(port=self.port)

    def tell(self) -> None:
        """What identity has recorded reaches the notifier."""
        Relay(self.identity.service.database, EmbeddedTransport({})).run_once()
        self.inbox.catch_up("identity")

    def send(self) -> None:
        """Every mail that is due is tried."""
        while self.sender.run_once():
            continue


@contextmanager
def by_mail(identity_ahead: timedelta = timedelta(0)) -> Iterator[ByMail]:
    with identity_under_test() as identity, _served(identity, identity_ahead) as url:
        port = mail_server.free_port()
        settings = some_settings(
            identity_url=url, client_secret=Secret("notifier-of-this-test"), smtp_port=port, feeds={}
        )
        known = {one.name: getattr(settings, one.name) for one in fields(settings) if one.name != "database_url"}
        with service_under_test(NOTIFIER, **known) as notifier:
            feeds = {"identity": HttpFeed(InternalClient(url, Credentials(settings, "notifier")))}
            inbox = Inbox(notifier.database, HANDLERS, feeds)
            yield ByMail(identity, notifier, inbox, mail_sender(settings, notifier.database), url, port)


@contextmanager
def at_identitys_time(ahead: timedelta) -> Iterator[None]:
    with time_machine.travel(now() + ahead, tick=True):
        yield


def link_in(message: EmailMessage, page: str) -> str:
    """The token of the only link to this page."""
    (token,) = set(re.findall(rf"/{page}/(\S+)", text_of(message)))
    return str(token)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@contextmanager
def _served(identity: Identity, ahead: timedelta) -> Iterator[str]:
    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        with at_identitys_time(ahead):
            return list(identity.service.app(environ, start))

    with serving(answer if ahead else identity.service.app) as url:
        yield url
