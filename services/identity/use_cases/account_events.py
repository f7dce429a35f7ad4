"""Events of accounts that several use cases record."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity.errors.accounts import MailAskedTooSoon
from services.identity.models.accounts import Account


def request_mail(session: Session, account: Account, event: str, at: datetime) -> None:
    """Have a mail sent, unless the last one was requested minutes ago."""
    # No refusal: a stranger must not learn that the address has an account.
    with suppress(MailAskedTooSoon):
        account.ask_for_mail(at)
        record(session, event, {"account_id": account.id})


def person_facts(account: Account) -> dict[str, object]:
    """Return the facts of a person that other services keep."""
    return {
        "account_id": account.id,
        "login_email": account.login_email,
        "contact_email": account.contact_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }
