"""What structures learn from other services: who the people are behind the numbers of accounts."""

from sqlalchemy.orm import Session

from chassis.events import Event
from services.structures.models import Person


def on_account_registered(session: Session, event: Event) -> None:
    person = _person(session, event)
    person.last_name = event.payload["last_name"]
    person.first_name = event.payload["first_name"]
    person.login_email = event.payload["login_email"]


def on_account_activated(session: Session, event: Event) -> None:
    """Also of a person not heard of: what is known is kept, and their names may still come."""
    _person(session, event).is_active = True


def _person(session: Session, event: Event) -> Person:
    account_id = event.payload["account_id"]
    person = session.get(Person, account_id)
    if person is None:
        person = Person(account_id=account_id, is_active=False)
        session.add(person)
        session.flush()
    return person


HANDLERS = {
    "identity.account_registered.v1": on_account_registered,
    "identity.account_activated.v1": on_account_activated,
}
