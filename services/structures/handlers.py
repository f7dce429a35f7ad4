"""Handlers of identity's events: the read model of people, and the end of erased people's attachments."""

from sqlalchemy.orm import Session

from chassis.events import ended_sessions
from chassis.events.outbox import Event
from chassis.events.read_models import project_then_react
from services.structures.models.read_models import AccountStatus, Person
from services.structures.use_cases.erasure import erase_person


def on_account_registered(session: Session, event: Event) -> None:
    # A registration that was parked and replayed may arrive after a change of names, which is newer: it stays.
    if _person(session, event).last_name is None:
        on_account_changed(session, event)


def on_account_changed(session: Session, event: Event) -> None:
    person = _person(session, event)
    if person.is_erased:
        return
    person.last_name = event.payload["last_name"]
    person.first_name = event.payload["first_name"]
    person.login_email = event.payload["login_email"]


def on_account_activated(session: Session, event: Event) -> None:
    """Set the status, also of a person without names: those may still arrive."""
    _person(session, event).become(AccountStatus.ACTIVE)


def on_account_deactivated(session: Session, event: Event) -> None:
    """Set the status. Attachments stay, and count again after a reactivation.

    A principal manager stays the principal manager until the role passes on (S-12).
    """
    _person(session, event).become(AccountStatus.DEACTIVATED)


def on_account_erased(session: Session, event: Event) -> None:
    _person(session, event).erase()


def erase_account(session: Session, event: Event) -> None:
    erase_person(session, event.payload["account_id"])


def _person(session: Session, event: Event) -> Person:
    """Return the person of the event; a new row, flushed, if this is the first event about them."""
    account_id = event.payload["account_id"]
    person = session.get(Person, account_id)
    if person is None:
        person = Person(account_id=account_id, status=AccountStatus.PENDING)
        session.add(person)
        session.flush()
    return person


PROJECTIONS = {
    "identity.account_registered.v1": on_account_registered,
    "identity.account_activated.v1": on_account_activated,
    "identity.account_changed.v1": on_account_changed,
    "identity.account_deactivated.v1": on_account_deactivated,
    "identity.account_reactivated.v1": on_account_activated,
    "identity.account_erased.v1": on_account_erased,
}
REACTIONS = {
    "identity.account_erased.v1": erase_account,
}
HANDLERS = {**project_then_react(PROJECTIONS, REACTIONS), **ended_sessions.HANDLERS}
