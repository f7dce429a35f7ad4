"""Events into mails that are due. The mail is written with the event's inbox row: due once the event is (N-03)."""

from collections.abc import Mapping

from sqlalchemy import update
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
            address=event.payload[kind.address_in] if kind.address_in else None,
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


def on_account_deactivated(session: Session, event: Event) -> None:
    _set_deactivated(session, event, deactivated=True)


def on_account_reactivated(session: Session, event: Event) -> None:
    _set_deactivated(session, event, deactivated=False)


def _set_deactivated(session: Session, event: Event, *, deactivated: bool) -> None:
    """Nobody writes to an account that was not told of yet."""
    known = update(Recipient).where(Recipient.account_id == event.payload["account_id"])
    session.execute(known.values(is_deactivated=deactivated))


COPYING: Mapping[str, Handler] = {
    "identity.account_registered.v1": keep_recipient,
    "identity.account_changed.v1": keep_recipient,
    "identity.account_deactivated.v1": on_account_deactivated,
    "identity.account_reactivated.v1": on_account_reactivated,
}
HANDLERS: Mapping[str, Handler] = in_turn(COPYING, dict.fromkeys(MAILS, owe_mails))
