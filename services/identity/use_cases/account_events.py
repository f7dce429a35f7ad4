"""What several use cases need."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity.errors.accounts import MailAskedTooSoon
from services.identity.models.accounts import Account


def request_mail(session: Session, account: Account, event: str, at: datetime) -> None:
    """Unless one was asked for minutes ago; a stranger must not learn that either (A-10)."""
    with suppress(MailAskedTooSoon):
        account.ask_for_mail(at)
        record(session, event, {"account_id": account.id})


def person_facts(account: Account) -> dict[str, Any]:
    """What other services keep of a person."""
    return {
        "account_id": account.id,
        "login_email": account.login_email,
        "contact_email": account.contact_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }
