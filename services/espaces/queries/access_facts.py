"""Facts of the access check, the hottest read of this service: one statement, without building any object."""

from collections.abc import Sequence
from functools import cache
from typing import Protocol

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
from services.espaces.models.access import Check
from services.espaces.models.openings import IS_OPEN, Opening
from services.espaces.models.read_models import Attachment, Person, Role, Structure, StructureStatus
from services.espaces.models.subscriptions import IS_LIVE, Subscription, SubscriptionStatus

ROWS_AT_ONCE = 100


class Facts(Protocol):
    """Row of the read; None where there is no account, structure, attachment, opening or subscription."""

    account_is_active: bool | None
    structure_status: StructureStatus | None
    is_centre_de_gestion: bool
    role: Role | None
    opening_id: int | None
    subscription_status: SubscriptionStatus | None


def read(connection: Connection, checks: Sequence[Check]) -> list[Facts]:
    """Return the facts of each check, in the order of the checks."""
    if connection.dialect.name == "postgresql" and len(checks) > 1:
        return _read_by_lists(connection, checks)
    return _read_by_rows(connection, checks)


def _read_by_rows(connection: Connection, checks: Sequence[Check]) -> list[Facts]:
    """Read with a row of parameters per check, as any database understands, ROWS_AT_ONCE at a time."""
    facts: list[Facts] = []
    for start in range(0, len(checks), ROWS_AT_ONCE):
        batch = checks[start : start + ROWS_AT_ONCE]
        values = {f"{name}_{number}": value for number, check in enumerate(batch) for name, value in _values(check)}
        facts += _facts_of_rows(len(batch)).rows(connection, **values)
    return facts


def _read_by_lists(connection: Connection, checks: Sequence[Check]) -> list[Facts]:
    """Read with a list per column: one statement for any number of checks, prepared once by PostgreSQL."""
    columns = zip(*(_values(check) for check in checks), strict=True)
    values = {column[0][0]: [value for _, value in column] for column in columns}
    return _FACTS_OF_LISTS.rows(connection, **values)


def _values(check: Check) -> tuple[tuple[str, int | str], ...]:
    return (
        ("account_id", check.account_id),
        ("structure_id", check.structure_id),
        ("espace", check.espace),
        ("permission", check.permission.value),
    )


def _facts(checks: FromClause) -> CompiledRead:
    """Return the read of the facts of `checks`: a row per check, in the order of their `number`."""
    columns = checks.c
    attached = and_(Attachment.account_id == columns.account_id, Attachment.structure_id == columns.structure_id)
    opened = and_(Opening.structure_id == columns.structure_id, Opening.espace == columns.espace, IS_OPEN)
    subscribed = and_(
        Subscription.account_id == columns.account_id,
        Subscription.structure_id == columns.structure_id,
        Subscription.espace == columns.espace,
        Subscription.permission == columns.permission,
        IS_LIVE,
    )
    # Outer joins only: a check always has its row, and the missing parts of it say why the answer is no.
    return CompiledRead(
        select(
            Person.is_active.label("account_is_active"),
            Structure.status.label("structure_status"),
            Structure.is_centre_de_gestion,
            Attachment.role,
            Opening.id.label("opening_id"),
            Subscription.status.label("subscription_status"),
        )
        .select_from(checks)
        .outerjoin(Person, Person.account_id == columns.account_id)
        .outerjoin(Structure, Structure.structure_id == columns.structure_id)
        .outerjoin(Attachment, attached)
        .outerjoin(Opening, opened)
        .outerjoin(Subscription, subscribed)
        .order_by(columns.number)
    )


@cache
def _facts_of_rows(count: int) -> CompiledRead:
    # Cached for each number of checks: building the statement costs more than running it.
    return _facts(union_all(*(_row(number) for number in range(count))).subquery("asked"))


def _row(number: int) -> Select[*tuple[object, ...]]:
    """Return the parameters of the check with that number, as a row."""
    return select(
        literal(number).label("number"),
        *(bindparam(f"{name}_{number}", type_=kind).label(name) for name, kind in _COLUMNS.items()),
    )


def _lists() -> FromClause:
    lists = (bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items())
    return func.unnest(*lists).table_valued(*_COLUMNS, with_ordinality="number", name="asked").render_derived()


_COLUMNS: dict[str, TypeEngine[int] | TypeEngine[str]] = {
    "account_id": BigInteger(),
    "structure_id": BigInteger(),
    "espace": String(),
    "permission": String(),
}
_FACTS_OF_LISTS = _facts(_lists())
