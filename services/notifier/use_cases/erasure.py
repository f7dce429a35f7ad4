"""Erasure of a person, after a last mail (A-15)."""

from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from chassis.events.outbox import Event
from chassis.ground.clock import now
from services.notifier.queries import mails
from services.notifier.queries import recipients as recipient_queries
from services.notifier.use_cases import recipients
from services.notifier.use_cases.mails import enqueue


def erase_account(session: Session, event: Event) -> None:
    """Enqueue the last mail, then erase the recipient and their texts in mails that may still go out."""
    account_id = event.payload["account_id"]
    recipient = recipient_queries.find(session, account_id)
    # The last mail comes first, since it carries the addresses along: after the erasure no row here has it.
    if recipient is not None and recipient.contact_email:
        enqueue(session, event, account_id, keeps_addresses=True)
    recipients.erase(session, account_id)
    for mail in mails.unsettled_of(session, account_id):
        mail.erase_author(account_id, now())
    erase_subject(session, account_id)
