"""Handlers of events: the read model of recipients, and mails that are due because of an event.

A mail is written in the transaction of the event's inbox row: it is due if the event was handled, and only then (N-03).
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from chassis.events import ended_sessions
from chassis.events.outbox import Event, Handler
from chassis.events.read_models import project_then_react
from services.notifier.mails.table import MAILS
from services.notifier.models.read_models import Recipient
from services.notifier.use_cases import recipients
from services.notifier.use_cases.erasure import erase_account
from services.notifier.use_cases.mails import enqueue_mails


def on_account_changed(session: Session, event: Event) -> None:
    person = event.payload
    recipient = session.get(Recipient, person["account_id"])
    if recipient is None:
        recipient = Recipient(account_id=person["account_id"])
        session.add(recipient)
    # Replayed, the event may arrive after the erasure, which is final.
    if not recipient.is_erased:
        recipient.login_email, recipient.contact_email = person["login_email"], person["contact_email"]
        recipient.last_name, recipient.first_name = person["last_name"], person["first_name"]


def on_account_deactivated(session: Session, event: Event) -> None:
    recipients.set_deactivated(session, event.payload["account_id"], deactivated=True)


def on_account_reactivated(session: Session, event: Event) -> None:
    recipients.set_deactivated(session, event.payload["account_id"], deactivated=False)


def on_account_erased(session: Session, event: Event) -> None:
    recipients.erase(session, event.payload["account_id"])


PROJECTIONS: Mapping[str, Handler] = {
    "identity.account_registered.v1": on_account_changed,
    "identity.account_changed.v1": on_account_changed,
    "identity.account_deactivated.v1": on_account_deactivated,
    "identity.account_reactivated.v1": on_account_reactivated,
    "identity.account_erased.v1": on_account_erased,
}
# erase_account takes the place of "project, then react": the last mail needs the address that the projection erases.
HANDLERS: Mapping[str, Handler] = {
    **project_then_react(PROJECTIONS, dict.fromkeys(MAILS, enqueue_mails)),
    "identity.account_erased.v1": erase_account,
    **ended_sessions.HANDLERS,
}
