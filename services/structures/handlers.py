"""What structures learn from other services: who the people are behind the numbers of accounts."""

from sqlalchemy.orm import Session

from chassis.events.outbox import Event
from chassis.events.read_models import project_then_react
from services.structures.forgetting import forget_person
from services.structures.models import AccountStatus, Person


def on_account_registered(session: Session, event: Event) -> None:
    """Parked and replayed, it may come after a change, which is then the newer news."""
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
    """Also of a person not heard of: what is known is kept, and their names may still come."""
    _person(session, event).become(AccountStatus.ACTIVE)


def on_account_deactivated(session: Session, event: Event) -> None:
    """Their attachments stay, and count again once the account is reactivated. A principal manager stays the principal
    manager (S-12) until the role passes on."""
    _person(session, event).become(AccountStatus.DEACTIVATED)


def on_account_erased(session: Session, event: Event) -> None:
    _person(session, event).erase()


def end_what_they_had(session: Session, event: Event) -> None:
    forget_person(session, event.payload["account_id"])


def _person(session: Session, event: Event) -> Person:
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
    "identity.account_erased.v1": end_what_they_had,
}
HANDLERS = project_then_react(PROJECTIONS, REACTIONS)
