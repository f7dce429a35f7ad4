"""Events into mails that are due. The mail is written with the event's inbox row: due once the event is (N-03)."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from chassis.copies import in_turn
from chassis.database import now
from chassis.events import Event, Handler
from services.notifier import queries
from services.notifier.mails import MAILS
from services.notifier.models import Mail, MailState, Recipient


def owe_mails(session: Session, event: Event) -> None:
    """One mail for each account that the table of mails names."""
    kind, at = MAILS[event.name], now()
    for account_id in kind.to(event.payload):
        mail = Mail(
            event_id=event.id,
            template=kind.template,
            account_id=account_id,
            context=kind.context(event.payload),
            correlation_id=event.correlation_id,
            state=MailState.DUE,
            owed_since=at,
            due_at=at,
        )
        if not queries.is_owed(session, mail):
            session.add(mail)


def keep_recipient(session: Session, event: Event) -> None:
    person = event.payload
    session.merge(
        Recipient(
            account_id=person["account_id"],
            login_email=person["login_email"],
            contact_email=person["contact_email"],
            last_name=person["last_name"],
            first_name=person["first_name"],
        )
    )


COPYING: Mapping[str, Handler] = {"identity.account_registered.v1": keep_recipient}
HANDLERS: Mapping[str, Handler] = in_turn(COPYING, dict.fromkeys(MAILS, owe_mails))
