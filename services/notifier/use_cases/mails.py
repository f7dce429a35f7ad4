"""Mails that become due because of an event, in the transaction that handles it (N-03)."""

from sqlalchemy.orm import Session

from chassis.events import contracts
from chassis.events.outbox import Event
from chassis.ground.clock import now
from services.notifier.mails.table import MAILS
from services.notifier.models.mails import Mail, MailState
from services.notifier.queries import mails


def enqueue_mails(session: Session, event: Event) -> None:
    """Enqueue one mail for each account that the table of mails names."""
    for account_id in MAILS[event.name].recipients(event.payload):
        enqueue(session, event, account_id)


def enqueue(session: Session, event: Event, account_id: int, address: str | None = None) -> None:
    """Enqueue the event's mail to the account, unless the event has done so before.

    The mail goes to the event's address field, if its kind has one, or to `address`; without either, to an address of
    the recipient at the time of sending.
    """
    # Mostly no address is stored: one looked up at the time of sending is the recipient's latest.
    kind, moment = MAILS[event.name], now()
    mail = Mail(
        event_id=event.id,
        template=kind.template,
        account_id=account_id,
        context=kind.context(event.payload),
        words_of=_authors_of_texts(event, kind.fields),
        address=event.payload[kind.address_field] if kind.address_field else address,
        correlation_id=event.correlation_id,
        state=MailState.DUE,
        owed_since=moment,
        due_at=moment,
    )
    if not mails.is_duplicate(session, mail):
        session.add(mail)


def _authors_of_texts(event: Event, fields: tuple[str, ...]) -> dict[str, list[int]]:
    """Return the accounts of the authors of each personal text among the fields."""
    owners = contracts.personal_texts(event.name)
    return {field: [event.payload[owner] for owner in owners[field]] for field in fields if field in owners}
