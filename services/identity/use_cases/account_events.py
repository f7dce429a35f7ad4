"""Events of accounts that several use cases record."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity.errors.accounts import MailAskedTooSoon
from services.identity.models import devices
from services.identity.models.accounts import Account
from services.identity.models.history import Origin


def request_mail(session: Session, account: Account, event: str, at: datetime) -> None:
    """Have a mail sent, unless the last one was requested minutes ago."""
    # No refusal: a stranger must not learn that the address has an account.
    with suppress(MailAskedTooSoon):
        account.ask_for_mail(at)
        record(session, event, {"account_id": account.id})


def safety_facts(account_id: int, origin: Origin) -> dict[str, object]:
    """Return the facts of a notice about safety: whose account, and on which device it was done (A-16).

    The device by the names that its holder knows it by, as far as they are recognised, and no address. What a command
    does has none.
    """
    device = devices.recognise(origin.device)
    names = {"from_browser": device.browser, "from_system": device.system}
    return {"account_id": account_id, **{field: name for field, name in names.items() if name}}


def person_facts(account: Account) -> dict[str, object]:
    """Return the facts of a person that other services keep."""
    return {
        "account_id": account.id,
        "login_email": account.login_email,
        "contact_email": account.contact_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }
