"""Mails that become due because of an event, in the transaction that handles it (N-03)."""

import uuid

from sqlalchemy.orm import Session

from chassis.events import contracts
from chassis.events.outbox import Event
from chassis.ground.clock import now
from services.notifier.mails.table import MAILS, MailKind
from services.notifier.models.mails import Destination, Mail, MailState
from services.notifier.queries import mails, recipients


def enqueue_mails(session: Session, event: Event) -> None:
    """Enqueue the event's mails to each account that the table of mails names."""
    for account_id in MAILS[event.name].recipients(event.payload):
        enqueue(session, event, account_id)


def enqueue(session: Session, event: Event, account_id: int, *, keeps_addresses: bool = False) -> None:
    """Enqueue a mail to each address of the account that the event is told to, unless it has done so before.

    With `keeps_addresses`, each mail carries its address, since the recipient is about to lose theirs.
    """
    kind = MAILS[event.name]
    for destination, address in _addresses(session, event, kind, account_id).items():
        # Mostly no address is stored: one looked up at the time of sending is the recipient's latest.
        is_stored = keeps_addresses or destination is Destination.STATED
        mail = _mail(event, kind, account_id, destination, address if is_stored else None)
        if not mails.is_duplicate(session, mail):
            session.add(mail)


def _addresses(session: Session, event: Event, kind: MailKind, account_id: int) -> dict[Destination, str | None]:
    """Return the kind's destinations, each address once, with None for those that are not known here yet."""
    recipient = recipients.find(session, account_id)
    addresses: dict[Destination, str | None] = {}
    # Addresses that are the account's go first: a stated one that is the same may be bounded, and they are not.
    for destination in sorted(kind.destinations, key=lambda destination: destination is Destination.STATED):
        if destination is Destination.STATED and kind.address_field:
            address = event.payload[kind.address_field]
        else:
            address = recipient.address_at(destination) if recipient else None
        if address is None or address not in addresses.values():
            addresses[destination] = address
    return {destination: addresses[destination] for destination in kind.destinations if destination in addresses}


def _mail(event: Event, kind: MailKind, account_id: int, destination: Destination, address: str | None) -> Mail:
    moment = now()
    # Whoever reads of a change that was not theirs compares its moment with what they did.
    when = {"occurred_at": event.occurred_at.isoformat()} if kind.security else {}
    is_first = destination is kind.destinations[0]
    return Mail(
        event_id=event.id if is_first else uuid.uuid5(event.id, destination),
        template=kind.template,
        account_id=account_id,
        context={**kind.context(event.payload), **when},
        words_of=_authors_of_texts(event, kind.fields),
        address=address,
        destination=destination,
        caused_by=kind.cause(event.payload, account_id, destination),
        topic=" ".join(str(event.payload[field]) for field in kind.topic) or None,
        correlation_id=event.correlation_id,
        state=MailState.DUE,
        owed_since=moment,
        due_at=moment,
    )


def _authors_of_texts(event: Event, fields: tuple[str, ...]) -> dict[str, list[int]]:
    """Return the accounts of the authors of each personal text among the fields."""
    owners = contracts.personal_texts(event.name)
    return {field: [event.payload[owner] for owner in owners[field]] for field in fields if field in owners}
