"""Compiled reads: a SELECT is compiled once and then goes straight to the driver.

SQLAlchemy's own execution costs three times an indexed query. Its services are kept: one statement for both databases,
Python values, SQLAlchemy's exceptions, and its engines' `before_cursor_execute` listeners.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select

Convert = Callable[[object], object]
Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class _Compiled:
    text: str
    constants: Mapping[str, object]
    """Parameters whose values stand in the statement."""
    order: tuple[str, ...] | None
    """Parameter names in their order, for a driver that takes them by position."""
    row: Callable[..., Any]
    converters: tuple[Convert | None, ...]
    """Conversion of each column from the driver's value to Python's; None where both are equal."""


class CompiledRead:
    """SELECT that runs without SQLAlchemy's execution.

    Values of its parameters must be of types that the driver takes: numbers, texts, lists of these.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: object) -> list[Any]:
        """Return the rows as named tuples. Raises the exceptions of an execution by SQLAlchemy."""
        compiled = self._for(connection.dialect)
        parameters = _parameters(compiled, values)
        cursor = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, compiled.text, parameters, None, False)
        try:
            cursor.execute(compiled.text, parameters)
            fetched = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error:
            # A second run by SQLAlchemy raises its own exception and drops a dead connection from the pool; there is no
            # public function for that. Repeating a read is harmless.
            return list(connection.execute(self._statement, values))
        finally:
            cursor.close()
        return [compiled.row(*map(_converted, compiled.converters, raw)) for raw in fetched]

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._statement, dialect)
        return self._compiled[dialect.name]


def _compile(statement: Statement, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    columns = list(statement.selected_columns)
    return _Compiled(
        compiled.string,
        {name: value for name, value in compiled.params.items() if value is not None},
        tuple(compiled.positiontup or ()) if compiled.positional else None,
        namedtuple("Row", [str(column.key) for column in columns]),
        tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
    )


def _parameters(compiled: _Compiled, values: Mapping[str, object]) -> dict[str, object] | tuple[object, ...]:
    merged = {**compiled.constants, **values}
    return merged if compiled.order is None else tuple(merged[name] for name in compiled.order)


def _converted(convert: Convert | None, value: object) -> object:
    return convert(value) if convert else value
