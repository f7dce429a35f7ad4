"""E-15: may this person do this, for this structure, in this espace? One read, without building any object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from chassis.storage.compiled_reads import CompiledRead
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

ROWS_AT_ONCE = 100


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


def check(connection: Connection, catalogue: Catalogue, checks: Sequence[Check]) -> list[Access]:
    """One answer per check, in their order."""
    facts = _read_together if connection.dialect.name == "postgresql" and len(checks) > 1 else _read_by_rows
    return [_decide(catalogue, asked, found) for asked, found in zip(checks, facts(connection, checks), strict=True)]


def _decide(catalogue: Catalogue, asked: Check, found: Any) -> Access:
    reason = _missing(catalogue, asked, found)
    return Access(reason is None, reason or "granted")


def _missing(catalogue: Catalogue, asked: Check, found: Any) -> str | None:
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


def _missing_subscription(espace: Espace, found: Any) -> str | None:
    if not espace.is_for(centre_de_gestion=found.is_centre_de_gestion):
        return "espace_not_available"
    if found.opening_id is None:
        return "espace_not_open"
    if found.subscription_status is SubscriptionStatus.PENDING:
        return "subscription_pending"
    return None if found.subscription_status is SubscriptionStatus.APPROVED else "no_subscription"


def _read_by_rows(connection: Connection, checks: Sequence[Check]) -> list[Any]:
    """What there is for each check, in their order: any database understands a row for each, up to a number."""
    found: list[Any] = []
    for start in range(0, len(checks), ROWS_AT_ONCE):
        some = checks[start : start + ROWS_AT_ONCE]
        values = {f"{name}_{number}": value for number, one in enumerate(some) for name, value in _values(one)}
        found += _facts_of_rows(len(some)).rows(connection, **values)
    return found


def _read_together(connection: Connection, checks: Sequence[Check]) -> list[Any]:
    """The same with a list for each column: one statement, whatever their number, that PostgreSQL prepares once."""
    columns = zip(*(_values(one) for one in checks), strict=True)
    values = {column[0][0]: [value for _, value in column] for column in columns}
    return _FACTS_OF_LISTS.rows(connection, **values)


def _values(one: Check) -> tuple[tuple[str, int | str], ...]:
    return (
        ("account_id", one.account_id),
        ("structure_id", one.structure_id),
        ("espace", one.espace),
        ("permission", one.permission.value),
    )


def _facts(asked: FromClause) -> CompiledRead:
    """A row per check, in their order: what there is of account, structure, role, opening and subscription."""
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
    return CompiledRead(
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


@cache
def _facts_of_rows(count: int) -> CompiledRead:
    """Built once for each number of checks: building it costs more than running it."""
    return _facts(union_all(*(_row(number) for number in range(count))).subquery("asked"))


def _row(number: int) -> Select[Any]:
    """The check of that number, to be filled in."""
    return select(
        literal(number).label("number"),
        *(bindparam(f"{name}_{number}", type_=kind).label(name) for name, kind in _COLUMNS.items()),
    )


def _lists() -> FromClause:
    lists = (bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items())
    return func.unnest(*lists).table_valued(*_COLUMNS, with_ordinality="number", name="asked").render_derived()


_COLUMNS: dict[str, TypeEngine[Any]] = {
    "account_id": BigInteger(),
    "structure_id": BigInteger(),
    "espace": String(),
    "permission": String(),
}
_FACTS_OF_LISTS = _facts(_lists())
