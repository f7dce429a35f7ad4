"""Events into mails that are due. The mail is written with the event's inbox row: due once the event is (N-03)."""

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.events import contracts
from chassis.events.erasure import erase_subject
from chassis.events.outbox import Event, Handler
from chassis.events.read_models import project_then_react
from chassis.ground.clock import now
from services.notifier import queries
from services.notifier.mails import MAILS
from services.notifier.models import Mail, MailState, Recipient


def owe_mails(session: Session, event: Event) -> None:
    """One mail for each account that the table of mails names."""
    for account_id in MAILS[event.name].to(event.payload):
        _owe(session, event, account_id)


def _owe(session: Session, event: Event, account_id: int, address: str | None = None) -> None:
    kind, at = MAILS[event.name], now()
    mail = Mail(
        event_id=event.id,
        template=kind.template,
        account_id=account_id,
        context=kind.context(event.payload),
        words_of=_words_of(event, kind.says),
        address=event.payload[kind.address_in] if kind.address_in else address,
        correlation_id=event.correlation_id,
        state=MailState.DUE,
        owed_since=at,
        due_at=at,
    )
    if not queries.is_owed(session, mail):
        session.add(mail)


def _words_of(event: Event, fields: tuple[str, ...]) -> dict[str, list[int]]:
    """Whose each of these fields is."""
    texts = contracts.personal_texts(event.name)
    return {field: [event.payload[owner] for owner in texts[field]] for field in fields if field in texts}


def keep_recipient(session: Session, event: Event) -> None:
    person = event.payload
    recipient = session.get(Recipient, person["account_id"])
    if recipient is None:
        recipient = Recipient(account_id=person["account_id"])
        session.add(recipient)
    if not recipient.is_erased:
        recipient.login_email, recipient.contact_email = person["login_email"], person["contact_email"]
        recipient.last_name, recipient.first_name = person["last_name"], person["first_name"]


def on_account_deactivated(session: Session, event: Event) -> None:
    _set_deactivated(session, event, deactivated=True)


def on_account_reactivated(session: Session, event: Event) -> None:
    _set_deactivated(session, event, deactivated=False)


def _set_deactivated(session: Session, event: Event, *, deactivated: bool) -> None:
    """Nobody writes to an account that was not told of yet."""
    known = update(Recipient).where(Recipient.account_id == event.payload["account_id"])
    session.execute(known.values(is_deactivated=deactivated))


def erase_recipient(session: Session, event: Event) -> None:
    session.merge(Recipient(account_id=event.payload["account_id"])).erase()


def say_goodbye_and_forget(session: Session, event: Event) -> None:
    """In this order: the last mail takes along the address that nobody here knows afterwards (A-15)."""
    account_id = event.payload["account_id"]
    known = queries.recipient(session, account_id)
    if known is not None and known.contact_email:
        _owe(session, event, account_id, known.contact_email)
    erase_recipient(session, event)
    for mail in queries.unsettled_of(session, account_id):
        mail.forget(account_id, now())
    erase_subject(session, account_id)


PROJECTIONS: Mapping[str, Handler] = {
    "identity.account_registered.v1": keep_recipient,
    "identity.account_changed.v1": keep_recipient,
    "identity.account_deactivated.v1": on_account_deactivated,
    "identity.account_reactivated.v1": on_account_reactivated,
    "identity.account_erased.v1": erase_recipient,
}
HANDLERS: Mapping[str, Handler] = {
    **project_then_react(PROJECTIONS, dict.fromkeys(MAILS, owe_mails)),
    "identity.account_erased.v1": say_goodbye_and_forget,
}
