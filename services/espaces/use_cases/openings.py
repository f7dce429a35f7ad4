"""Openings of espaces on structures, and their closing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from chassis.ground.problems import InvalidInput
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Espace, Permission
from services.espaces.errors.espaces import EspaceAlreadyOpen, PermissionNotOffered
from services.espaces.models.openings import EndReason, Opening, OpeningStatus
from services.espaces.models.read_models import Role, Structure
from services.espaces.models.subscriptions import Subscription, SubscriptionStatus
from services.espaces.queries import attachments, structures, subscription_lists
from services.espaces.use_cases import events, locks, subscriptions


@dataclass(frozen=True)
class OpeningRequest:
    espace: str
    permissions: list[Permission]
    options: Mapping[str, str | None]


@dataclass(frozen=True)
class Opener:
    """Account that opens an espace, and whether this installation lets secondary managers do so (E-03)."""

    account_id: int
    secondary_managers_too: bool = False


def open_espace(
    session: Session, catalogue: Catalogue, opener: Opener, structure_id: int, request: OpeningRequest
) -> Opening:
    """Open an espace on a structure, and subscribe opener and principal manager to it (E-03 to E-07).

    Raises StructureUnknown, NotAttached, NotThePrincipalManager, StructureInactive, StructureUnverified, EspaceUnknown,
    EspaceNotAvailable, EspaceAlreadyOpen, PermissionNotOffered, or InvalidInput for the options.
    """
    locks.check_not_erased(session, opener.account_id)
    # Locked: the structure cannot become inactive, or a centre de gestion, between this check and the insert.
    structure = structures.get(session, structure_id, for_update=True)
    attachment = attachments.require(session, opener.account_id, structure_id)
    attachment.check_may_open(secondary_too=opener.secondary_managers_too)
    espace = catalogue.find(request.espace)
    structure.check_can_have(espace)
    opening = _opening(espace, opener.account_id, structure_id, request)
    locks.insert_unique(session, [opening], refusal=EspaceAlreadyOpen)
    subscribers = _subscribe_without_approval(session, opening)
    details = {"permissions": opening.permissions, "opened_by": opener.account_id, "subscriber_ids": subscribers}
    facts = {**events.espace_facts(structure, espace.code, espace.label), "opening_id": opening.id, **details}
    record(session, "espaces.espace_opened.v1", facts)
    return opening


def close_openings(
    session: Session, catalogue: Catalogue, structure: Structure, openings: Iterable[Opening], reason: EndReason
) -> None:
    """Close the openings and, for the same reason, end the subscriptions to them (E-12)."""
    managers = attachments.manager_ids(session, structure.structure_id)
    closed = list(openings)
    for opening in closed:
        opening.close(reason)
        facts = events.espace_facts(structure, opening.espace, catalogue.label(opening.espace))
        details = {"opening_id": opening.id, "reason": reason.value, "manager_ids": managers}
        record(session, "espaces.espace_closed.v1", {**facts, **details})
    # All subscriptions are locked at once, in the order of their numbers, as decisions and removals lock them. Opening
    # by opening, this and a decision across two espaces could each hold a row that the other waits for.
    live = subscription_lists.lock_live(session, structure.structure_id, [opening.espace for opening in closed])
    subscriptions.end(session, catalogue, live, reason)


def _opening(espace: Espace, account_id: int, structure_id: int, request: OpeningRequest) -> Opening:
    if not set(request.permissions) <= set(espace.permissions):
        raise PermissionNotOffered(field="permissions")
    options = espace.normalised(request.options)
    if faults := espace.option_faults(options):
        raise InvalidInput(faults)
    return Opening(
        structure_id=structure_id,
        espace=espace.code,
        # In the catalogue's order, whatever that of the request, and each once.
        permissions=[permission.value for permission in espace.permissions if permission in request.permissions],
        options={code: value for code, value in options.items() if value},
        status=OpeningStatus.ACTIVE,
        opened_by=account_id,
        opened_at=now(),
    )


def _subscribe_without_approval(session: Session, opening: Opening) -> list[int]:
    """Subscribe opener and principal manager (E-07); return their accounts in ascending order."""
    principal = attachments.manager_ids(session, opening.structure_id, [Role.PRINCIPAL_MANAGER])
    accounts = sorted({opening.opened_by, *principal})
    session.add_all(
        Subscription(
            account_id=account_id,
            structure_id=opening.structure_id,
            espace=opening.espace,
            permission=Permission(permission),
            status=SubscriptionStatus.APPROVED,
            requested_on=opening.opened_at.date(),
            comment="",
            decided_at=opening.opened_at,
            decided_by=opening.opened_by,
        )
        for account_id in accounts
        for permission in opening.permissions
    )
    session.flush()
    return accounts
