"""Mails, recipients and settings for tests, each one valid until a test changes it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from chassis.ground.clock import now
from chassis.ground.settings import Secret
from chassis.storage.database import Database
from services.notifier.mails.link_kinds import LinkKind
from services.notifier.mails.rendering import Renderer
from services.notifier.models.mails import Mail, MailState
from services.notifier.models.read_models import Recipient
from services.notifier.sending.links import Link
from services.notifier.sending.mail_sender import MailSender
from services.notifier.sending.mail_server import MailServer
from services.notifier.settings import Settings
from tests.kit.databases import database_at, fresh_database
from tests.kit.people import account_details

PORTAL = "https://portail.exemple.fr"
CLOSED_PORT = 9
LEASE = timedelta(seconds=10)
"""Lease by the settings below: twice a step, and the answer."""


def a_mail(**changes: Any) -> Mail:
    at = changes.pop("owed_since", now())
    usual = {
        "event_id": uuid.uuid4(),
        "template": "account_activated",
        "account_id": 41,
        "context": {},
        "correlation_id": "11111111-2222-3333-4444-555555555555",
        "state": MailState.DUE,
        "owed_since": at,
        "due_at": at,
    }
    return Mail(**{**usual, **changes})


def an_activation_mail(**changes: Any) -> Mail:
    return a_mail(template="activation", **changes)


def a_recipient(**changes: Any) -> Recipient:
    details = {name: account_details()[name] for name in ("login_email", "contact_email", "last_name", "first_name")}
    return Recipient(**{"account_id": 41, **details, **changes})


def some_settings(**changes: Any) -> Settings:
    usual = {
        "database_url": "sqlite://",
        "identity_url": "http://127.0.0.1:9",
        "client_secret": Secret("a-secret-of-this-test"),
        "portal_url": PORTAL,
        "smtp_host": "127.0.0.1",
        "smtp_port": CLOSED_PORT,
        "smtp_starttls": False,
        "smtp_sender": "Guichet <ne-pas-repondre@guichet.example>",
        "smtp_seconds": 2.0,
        "smtp_answer_seconds": 6.0,
    }
    return Settings(**{**usual, **changes})


class NumberedLinks:
    """Links as identity would make them, counted; `before` runs ahead of each one."""

    def __init__(self, before: Any = lambda: None, address: str | None = None) -> None:
        self.issued: list[int] = []
        self._before = before
        self._address = address

    def issue(self, kind: LinkKind, account_id: int, context: Mapping[str, object]) -> Link:
        self._before()
        self.issued.append(account_id)
        return Link(f"{PORTAL}/{kind.page}/token-{len(self.issued)}", 60, self._address)


@contextmanager
def a_database() -> Iterator[Database]:
    """Empty and migrated."""
    with fresh_database("notifier") as url:
        database = database_at(url)
        try:
            yield database
        finally:
            database.dispose()


def a_sender(database: Database, links: Any = None, **settings: Any) -> MailSender:
    chosen = some_settings(**settings)
    return MailSender(database, chosen, links or NumberedLinks(), Renderer(PORTAL), MailServer(chosen))


def keep(database: Database, *rows: Mail | Recipient) -> None:
    with database.writing() as session:
        session.add_all(rows)


def mails(database: Database) -> list[Mail]:
    with database.reading() as session:
        rows = list(session.scalars(select(Mail).order_by(Mail.id)))
        session.expunge_all()
        return rows


def only_mail(database: Database) -> Mail:
    (mail,) = mails(database)
    return mail
