"""Opening an espace on a structure, and closing it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from chassis.ground.problems import InvalidInput
from services.espaces import queries
from services.espaces.catalogue import Catalogue, Espace, Permission
from services.espaces.errors import EspaceAlreadyOpen, PermissionNotOffered
from services.espaces.models import (
    EndReason,
    Opening,
    OpeningStatus,
    Role,
    Structure,
    Subscription,
    SubscriptionStatus,
)
from services.espaces.use_cases.shared import add, check_not_erased, espace_facts, locked
from services.espaces.use_cases.subscriptions import end_subscriptions


@dataclass(frozen=True)
class OpeningRequest:
    espace: str
    permissions: list[Permission]
    options: Mapping[str, str | None]


@dataclass(frozen=True)
class Opener:
    """Who wants to open an espace, and whether this installation lets secondary managers do so (E-03)."""

    account_id: int
    secondary_managers_too: bool = False


def open_espace(
    session: Session, catalogue: Catalogue, opener: Opener, structure_id: int, wanted: OpeningRequest
) -> Opening:
    """E-03 to E-07. Raises StructureUnknown, NotAttached, NotThePrincipalManager, EspaceUnknown, EspaceNotAvailable,
    EspaceAlreadyOpen, PermissionNotOffered, or InvalidInput for the options."""
    check_not_erased(session, opener.account_id)
    structure = locked(session, structure_id)
    attachment = queries.attachment(session, opener.account_id, structure_id)
    attachment.check_may_open(secondary_too=opener.secondary_managers_too)
    espace = catalogue.find(wanted.espace)
    structure.check_can_have(espace)
    opening = _opening(espace, opener.account_id, structure_id, wanted)
    add(session, [opening], already=EspaceAlreadyOpen)
    subscribers = _subscribe_without_approval(session, opening)
    told = {"permissions": opening.permissions, "opened_by": opener.account_id, "subscriber_ids": subscribers}
    facts = {**espace_facts(structure, espace.code, espace.label), "opening_id": opening.id, **told}
    record(session, "espaces.espace_opened.v1", facts)
    return opening


def close_openings(
    session: Session, catalogue: Catalogue, structure: Structure, openings: Iterable[Opening], reason: EndReason
) -> None:
    """E-12: with the openings their subscriptions end, for the same reason.

    The subscriptions are locked all at once, in the order of their numbers, as decisions and removals lock them: one
    opening after the other, a decision across two espaces and this could each hold what the other waits for.
    """
    managers = queries.manager_ids(session, structure.structure_id)
    closed = list(openings)
    for opening in closed:
        opening.close(reason)
        facts = espace_facts(structure, opening.espace, catalogue.label(opening.espace))
        told = {"opening_id": opening.id, "reason": reason.value, "manager_ids": managers}
        record(session, "espaces.espace_closed.v1", {**facts, **told})
    live = queries.live_subscriptions(
        session, structure.structure_id, [opening.espace for opening in closed], locked=True
    )
    end_subscriptions(session, catalogue, live, reason)


def _opening(espace: Espace, account_id: int, structure_id: int, wanted: OpeningRequest) -> Opening:
    if not set(wanted.permissions) <= set(espace.permissions):
        raise PermissionNotOffered(field="permissions")
    if faults := espace.option_faults(wanted.options):
        raise InvalidInput(faults)
    return Opening(
        structure_id=structure_id,
        espace=espace.code,
        permissions=[permission.value for permission in espace.permissions if permission in wanted.permissions],
        options={code: value for code, value in wanted.options.items() if value},
        status=OpeningStatus.ACTIVE,
        opened_by=account_id,
        opened_at=now(),
    )


def _subscribe_without_approval(session: Session, opening: Opening) -> list[int]:
    """E-07: whoever opens, and the principal manager."""
    principal = queries.manager_ids(session, opening.structure_id, [Role.PRINCIPAL_MANAGER])
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
