"""Handlers of the events of identity and structures. Each can run twice.

Those in PROJECTIONS write only the read models: people from identity's events, structures and attachments from those of
structures. Neither needs rows made of the other producer's events, which come in any order.
"""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.events import ended_sessions
from chassis.events.inbox import resources
from chassis.events.outbox import Event
from chassis.events.read_models import project_then_react
from services.espaces.models.openings import EndReason
from services.espaces.models.read_models import Attachment, Person, Role, Structure, StructureStatus
from services.espaces.queries import active_openings
from services.espaces.resources import Resources
from services.espaces.use_cases import openings
from services.espaces.use_cases.erasure import erase_person


def on_account_registered(session: Session, event: Event) -> None:
    """Set the names, not active unless the activation has arrived already."""
    person = _person(session, event)
    # A registration that was parked and replayed may arrive after a change of names, which is newer: it stays.
    if person.last_name is None:
        _set_names(person, event)


def on_account_activated(session: Session, event: Event) -> None:
    # Replayed, it may arrive after the erasure, which is final.
    person = _person(session, event)
    person.is_active = not person.is_erased


def on_account_changed(session: Session, event: Event) -> None:
    _set_names(_person(session, event), event)


def on_account_deactivated(session: Session, event: Event) -> None:
    """Mark as inactive. Subscriptions stay, without effect until the account is reactivated."""
    _person(session, event).is_active = False


def on_account_erased(session: Session, event: Event) -> None:
    _person(session, event).erase()


def erase_account(session: Session, event: Event) -> None:
    erase_person(session, resources(session, Resources).catalogue, event.payload["account_id"])


def on_structure_created(session: Session, event: Event) -> None:
    """Add the structure and its principal manager, who has the espaces of every structure from now on (E-04)."""
    # A creation that was parked and replayed may arrive after a change, which is newer: it stays.
    if session.get(Structure, event.payload["structure_id"]) is None:
        _merge_structure(session, event)
    _merge_attachment(session, event, event.payload["principal_manager_id"], Role.PRINCIPAL_MANAGER)


def on_structure_changed(session: Session, event: Event) -> None:
    _merge_structure(session, event)


def close_unavailable_espaces(session: Session, event: Event) -> None:
    """Close the openings that the changed structure cannot have any more (E-05, E-12)."""
    structure = session.get_one(Structure, event.payload["structure_id"])
    catalogue = resources(session, Resources).catalogue
    active = active_openings.by_espace(session, structure.structure_id).values()
    if not structure.is_active:
        openings.close_openings(session, catalogue, structure, active, EndReason.STRUCTURE_INACTIVE)
    elif structure.is_centre_de_gestion:
        lost = [opening for opening in active if not catalogue.is_for(opening.espace, centre_de_gestion=True)]
        openings.close_openings(session, catalogue, structure, lost, EndReason.STRUCTURE_IS_CENTRE_DE_GESTION)


def on_attachment_approved(session: Session, event: Event) -> None:
    _merge_attachment(session, event, event.payload["account_id"], Role(event.payload["role"]))


def on_attachment_ended(session: Session, event: Event) -> None:
    session.execute(delete(Attachment).where(Attachment.attachment_id == event.payload["attachment_id"]))


def on_role_given(session: Session, event: Event) -> None:
    _merge_attachment(session, event, event.payload["account_id"], Role(event.payload["role"]))


def _person(session: Session, event: Event) -> Person:
    """Return the person of the event, a new one if this is the first event about them."""
    return session.merge(Person(account_id=event.payload["account_id"]))


def _set_names(person: Person, event: Event) -> None:
    if not person.is_erased:
        person.last_name, person.first_name = event.payload["last_name"], event.payload["first_name"]
        person.is_active = bool(person.is_active)


def _merge_structure(session: Session, event: Event) -> None:
    facts = event.payload
    session.merge(
        Structure(
            structure_id=facts["structure_id"],
            identifier_type=facts["identifier_type"],
            identifier=facts["identifier"],
            name=facts["name"],
            status=StructureStatus(facts["status"]),
            is_centre_de_gestion=facts["is_centre_de_gestion"],
            # Left out by events of before there was such a thing.
            awaits_verification=facts.get("awaits_verification", False),
        )
    )


def _merge_attachment(session: Session, event: Event, account_id: int, role: Role) -> None:
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
    "structures.structure_verified.v1": on_structure_changed,
    "structures.attachment_approved.v1": on_attachment_approved,
    "structures.attachment_ended.v1": on_attachment_ended,
    "structures.role_given.v1": on_role_given,
}
REACTIONS = {
    "identity.account_erased.v1": erase_account,
    "structures.structure_changed.v1": close_unavailable_espaces,
}
HANDLERS = {**project_then_react(PROJECTIONS, REACTIONS), **ended_sessions.HANDLERS}
