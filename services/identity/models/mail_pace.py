"""Pace of mails that somebody asks for (A-06, A-16)."""

from datetime import datetime, timedelta

from services.identity.errors.accounts import MailAskedTooSoon
from services.identity.errors.my_account import AddressWrittenTooOften
from services.identity.models.tries import Limit

MAIL_INTERVAL = timedelta(minutes=5)
"""Shortest time between two mails that a stranger can have sent to an account's holder (A-06)."""
MAILS_TO_AN_ADDRESS = Limit("confirmation_mails", 3, timedelta(days=1), AddressWrittenTooOften)
"""Mails that ask one address to confirm itself, whichever accounts cause them (A-12, A-16)."""


def is_recent(asked_at: datetime | None, at: datetime) -> bool:
    return asked_at is not None and at < asked_at + MAIL_INTERVAL


def must_not_be_recent(asked_at: datetime | None, at: datetime) -> None:
    """Raise MailAskedTooSoon within MAIL_INTERVAL of the last request."""
    if asked_at is not None and is_recent(asked_at, at):
        raise MailAskedTooSoon(asked_at + MAIL_INTERVAL - at)
