"""Synchronisation of a table with a fresh one of equal name, visible to this connection alone."""

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class Difference:
    """Rows of the real table, compared with the fresh one."""

    table: str
    added: int
    corrected: int
    removed: int
    unchanged: int


def fresh_schema(connection: Connection) -> str:
    """Return the schema of temporary tables; both databases search it first for a name without a schema."""
    return "pg_temp" if connection.dialect.name == "postgresql" else "temp"


def _real_schema(connection: Connection) -> str:
    on_postgresql = connection.dialect.name == "postgresql"
    return str(connection.scalar(select(func.current_schema()))) if on_postgresql else "main"


class Pair:
    """Real table and fresh one. Call its methods in one transaction."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._real = table.to_metadata(MetaData(), schema=_real_schema(connection))
        self._fresh = table.to_metadata(MetaData(), schema=fresh_schema(connection)).alias("fresh")
        keys = {column.name for column in table.primary_key}
        self._others = [column.name for column in table.columns if column.name not in keys]
        self._same_key = and_(*(self._real.c[name] == self._fresh.c[name] for name in sorted(keys)))
        self._differs = or_(false(), *(self._differs_in(name) for name in self._others))

    def difference(self) -> Difference:
        corrected = self._count(select(func.count()).where(self._same_key, self._differs))
        same = self._count(select(func.count()).where(self._same_key))
        fresh = self._count(select(func.count()).select_from(self._fresh))
        real = self._count(select(func.count()).select_from(self._real))
        return Difference(self._table.name, fresh - same, corrected, real - same, same - corrected)

    def make_equal(self) -> None:
        """Make the real table equal to the fresh one.

        Rows that collide with others by a unique index, until these are corrected too, are deleted and inserted anew.
        """
        collides = or_(false(), *(self._differs_in(name) for name in _unique(self._table) if name in self._others))
        is_current = exists().select_from(self._fresh).where(self._same_key, ~collides).correlate(self._real)
        # Deletion before update before insertion: a unique index is checked row by row, so no step may meet a value
        # that a later step takes away.
        self._connection.execute(delete(self._real).where(~is_current))
        if self._others:
            values = {name: self._fresh.c[name] for name in self._others}
            self._connection.execute(update(self._real).values(values).where(self._same_key, self._differs))
        in_real_table = exists().select_from(self._real).where(self._same_key).correlate(self._fresh)
        columns = [column.name for column in self._table.columns]
        missing = select(*(self._fresh.c[name] for name in columns)).where(~in_real_table)
        self._connection.execute(insert(self._real).from_select(columns, missing))

    def _differs_in(self, name: str) -> ColumnElement[bool]:
        return self._real.c[name].is_distinct_from(self._fresh.c[name])

    def _count(self, statement: Select[int]) -> int:
        return self._connection.scalar(statement) or 0


def _unique(table: Table) -> set[str]:
    """Return the columns of the unique indexes."""
    return {column.name for index in table.indexes if index.unique for column in index.columns}
