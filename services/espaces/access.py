"""E-15: may this person do this, for this structure, in this espace? One read, without building any object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Row, Select, String, and_, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from chassis.database import BigInt
from services.espaces.catalogue import Catalogue, Espace, Permission
from services.espaces.errors import EspaceUnknown
from services.espaces.models import (
    IS_LIVE,
    IS_OPEN,
    MANAGERS,
    Attachment,
    Opening,
    Person,
    Structure,
    StructureStatus,
    Subscription,
    SubscriptionStatus,
)

AT_ONCE = 100
"""Checks answered by one statement."""


@dataclass(frozen=True)
class Check:
    account_id: int
    structure_id: int
    espace: str
    permission: Permission


@dataclass(frozen=True)
class Access:
    allowed: bool
    reason: str
    """`granted`, or the code of what is missing."""
    until: datetime | None = None
    """When the right ends by itself; None: it does not."""


def check(session: Session, catalogue: Catalogue, checks: Sequence[Check]) -> list[Access]:
    """One answer per check, in their order."""
    answers: list[Access] = []
    for start in range(0, len(checks), AT_ONCE):
        some = checks[start : start + AT_ONCE]
        facts = session.execute(_facts(len(some)), _values(some)).all()
        answers += [_decide(catalogue, asked, found) for asked, found in zip(some, facts, strict=True)]
    return answers


def _decide(catalogue: Catalogue, asked: Check, found: Row[Any]) -> Access:
    reason = _missing(catalogue, asked, found)
    return Access(reason is None, reason or "granted")


def _missing(catalogue: Catalogue, asked: Check, found: Row[Any]) -> str | None:
    """The first thing that stands in the way, or None."""
    try:
        espace = catalogue.find(asked.espace)
    except EspaceUnknown:
        return EspaceUnknown.code
    if asked.permission not in espace.permissions:
        return "permission_not_offered"
    if found.account_is_active is False:
        return "account_inactive"
    if found.structure_status is None:
        return "structure_unknown"
    if found.structure_status is not StructureStatus.ACTIVE:
        return "structure_inactive"
    if found.role is None:
        return "not_attached"
    if espace.for_managers:
        return None if found.role in MANAGERS else "not_a_manager"
    return _missing_subscription(espace, found)


def _missing_subscription(espace: Espace, found: Row[Any]) -> str | None:
    if not espace.is_for(centre_de_gestion=found.is_centre_de_gestion):
        return "espace_not_available"
    if found.opening_id is None:
        return "espace_not_open"
    if found.subscription_status is SubscriptionStatus.PENDING:
        return "subscription_pending"
    return None if found.subscription_status is SubscriptionStatus.APPROVED else "no_subscription"


@cache
def _facts(count: int) -> Executable:
    """A row per check, in their order: what there is of account, structure, role, opening and subscription.

    Built once for each number of checks: building it costs more than running it.
    """
    asked = union_all(*(_row(number) for number in range(count))).subquery("asked")
    columns = asked.c
    attached = and_(Attachment.account_id == columns.account_id, Attachment.structure_id == columns.structure_id)
    opened = and_(Opening.structure_id == columns.structure_id, Opening.espace == columns.espace, IS_OPEN)
    subscribed = and_(
        Subscription.account_id == columns.account_id,
        Subscription.structure_id == columns.structure_id,
        Subscription.espace == columns.espace,
        Subscription.permission == columns.permission,
        IS_LIVE,
    )
    return (
        select(
            Person.is_active.label("account_is_active"),
            Structure.status.label("structure_status"),
            Structure.is_centre_de_gestion,
            Attachment.role,
            Opening.id.label("opening_id"),
            Subscription.status.label("subscription_status"),
        )
        .select_from(asked)
        .outerjoin(Person, Person.account_id == columns.account_id)
        .outerjoin(Structure, Structure.structure_id == columns.structure_id)
        .outerjoin(Attachment, attached)
        .outerjoin(Opening, opened)
        .outerjoin(Subscription, subscribed)
        .order_by(columns.number)
    )


def _row(number: int) -> Select[int, int, int, str, str]:
    """The check of that number, to be filled in by `_values`."""
    return select(
        literal(number).label("number"),
        bindparam(f"account_id_{number}", type_=BigInt).label("account_id"),
        bindparam(f"structure_id_{number}", type_=BigInt).label("structure_id"),
        bindparam(f"espace_{number}", type_=String).label("espace"),
        bindparam(f"permission_{number}", type_=String).label("permission"),
    )


def _values(checks: Sequence[Check]) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for number, one in enumerate(checks):
        values[f"account_id_{number}"] = one.account_id
        values[f"structure_id_{number}"] = one.structure_id
        values[f"espace_{number}"] = one.espace
        values[f"permission_{number}"] = one.permission.value
    return values
