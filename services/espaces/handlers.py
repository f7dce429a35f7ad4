"""What espaces learn from other services, and what ends because of it. Each handler can run twice.

Those in PROJECTIONS touch nothing but the read models of people (told by identity) and of structures and attachments
(told by structures): neither producer's events mind what the other has told.
"""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.events.inbox import resources
from chassis.events.outbox import Event
from chassis.events.read_models import project_then_react
from services.espaces import queries
from services.espaces.forgetting import forget_person
from services.espaces.models import Attachment, EndReason, Person, Role, Structure, StructureStatus
from services.espaces.resources import Resources
from services.espaces.use_cases import close_openings


def on_account_registered(session: Session, event: Event) -> None:
    """Not active yet, unless its activation was heard already. Parked and replayed, it may come after a change, which
    is then the newer news."""
    person = _person(session, event)
    if person.last_name is None:
        _name(person, event)


def on_account_activated(session: Session, event: Event) -> None:
    """Unless it was erased meanwhile: that is for good."""
    person = _person(session, event)
    person.is_active = not person.is_erased


def on_account_changed(session: Session, event: Event) -> None:
    """Whether it is active is told by other events."""
    _name(_person(session, event), event)


def on_account_deactivated(session: Session, event: Event) -> None:
    """What the person has stays, and is of no effect until their account is reactivated."""
    _person(session, event).is_active = False


def on_account_erased(session: Session, event: Event) -> None:
    _person(session, event).erase()


def end_what_they_had(session: Session, event: Event) -> None:
    forget_person(session, resources(session, Resources).catalogue, event.payload["account_id"])


def on_structure_created(session: Session, event: Event) -> None:
    """With its principal manager, to whom what every structure has is open from now on (E-04).

    Parked and replayed, it may come after a change, which is then the newer news.
    """
    if session.get(Structure, event.payload["structure_id"]) is None:
        _keep(session, event)
    _attach(session, event, event.payload["principal_manager_id"], Role.PRINCIPAL_MANAGER)


def on_structure_changed(session: Session, event: Event) -> None:
    _keep(session, event)


def close_what_is_lost(session: Session, event: Event) -> None:
    """What the structure cannot have any more (E-05, E-12)."""
    structure = session.get_one(Structure, event.payload["structure_id"])
    catalogue = resources(session, Resources).catalogue
    opened = queries.openings(session, structure.structure_id).values()
    if not structure.is_active:
        close_openings(session, catalogue, structure, opened, EndReason.STRUCTURE_INACTIVE)
    elif structure.is_centre_de_gestion:
        lost = [opening for opening in opened if not catalogue.is_for(opening.espace, centre_de_gestion=True)]
        close_openings(session, catalogue, structure, lost, EndReason.STRUCTURE_IS_CENTRE_DE_GESTION)


def on_attachment_approved(session: Session, event: Event) -> None:
    _attach(session, event, event.payload["account_id"], Role(event.payload["role"]))


def on_attachment_ended(session: Session, event: Event) -> None:
    session.execute(delete(Attachment).where(Attachment.attachment_id == event.payload["attachment_id"]))


def on_role_given(session: Session, event: Event) -> None:
    _attach(session, event, event.payload["account_id"], Role(event.payload["role"]))


def _person(session: Session, event: Event) -> Person:
    return session.merge(Person(account_id=event.payload["account_id"]))


def _name(person: Person, event: Event) -> None:
    if not person.is_erased:
        person.last_name, person.first_name = event.payload["last_name"], event.payload["first_name"]
        person.is_active = bool(person.is_active)


def _keep(session: Session, event: Event) -> None:
    told = event.payload
    session.merge(
        Structure(
            structure_id=told["structure_id"],
            identifier_type=told["identifier_type"],
            identifier=told["identifier"],
            name=told["name"],
            status=StructureStatus(told["status"]),
            is_centre_de_gestion=told["is_centre_de_gestion"],
        )
    )


def _attach(session: Session, event: Event, account_id: int, role: Role) -> None:
    session.merge(
        Attachment(
            attachment_id=event.payload["attachment_id"],
            structure_id=event.payload["structure_id"],
            account_id=account_id,
            role=role,
        )
    )


PROJECTIONS = {
    "identity.account_registered.v1": on_account_registered,
    "identity.account_activated.v1": on_account_activated,
    "identity.account_changed.v1": on_account_changed,
    "identity.account_deactivated.v1": on_account_deactivated,
    "identity.account_reactivated.v1": on_account_activated,
    "identity.account_erased.v1": on_account_erased,
    "structures.structure_created.v1": on_structure_created,
    "structures.structure_changed.v1": on_structure_changed,
    "structures.attachment_approved.v1": on_attachment_approved,
    "structures.attachment_ended.v1": on_attachment_ended,
    "structures.role_given.v1": on_role_given,
}
REACTIONS = {
    "identity.account_erased.v1": end_what_they_had,
    "structures.structure_changed.v1": close_what_is_lost,
}
HANDLERS = project_then_react(PROJECTIONS, REACTIONS)
