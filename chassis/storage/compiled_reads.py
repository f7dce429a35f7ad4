"""The hottest reads: a SELECT that is compiled once and then goes straight to the driver.

SQLAlchemy's own execution costs as much again as a query that an index answers. What it gives is kept: one text for
both databases, Python values, errors as SQLAlchemy tells them, and whoever listens to its engines hears of these reads.
"""

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, SelectBase

Value = Callable[[Any], Any]


@dataclass(frozen=True)
class _Compiled:
    text: str
    given: dict[str, Any]
    """Parameters whose values stand in the statement."""
    order: tuple[str, ...] | None
    """Of the parameters, for a driver that takes them by position."""
    row: Callable[..., Any]
    converted: tuple[Value | None, ...]
    """How each column's value is made of what the driver gives; None: it is that."""


class Read:
    """The parameters' values must be what the driver takes: numbers, texts, lists of them."""

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Named tuples. Raises what an execution by SQLAlchemy raises."""
        compiled = self._for(connection.dialect)
        parameters = _parameters(compiled, values)
        cursor = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, compiled.text, parameters, None, False)
        try:
            cursor.execute(compiled.text, parameters)
            found = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            connection._handle_dbapi_exception(error, compiled.text, None, None, None)
        finally:
            cursor.close()
        return [compiled.row(*map(_converted, compiled.converted, one)) for one in found]

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._statement, dialect)
        return self._compiled[dialect.name]


def _compile(statement: SelectBase, dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    columns = list(statement.selected_columns)
    return _Compiled(
        compiled.string,
        {name: value for name, value in compiled.params.items() if value is not None},
        tuple(compiled.positiontup) if compiled.positional else None,
        namedtuple("Row", [str(column.key) for column in columns]),
        tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
    )


def _parameters(compiled: _Compiled, values: dict[str, Any]) -> Any:
    every = {**compiled.given, **values}
    return every if compiled.order is None else tuple(every[name] for name in compiled.order)


def _converted(convert: Value | None, value: Any) -> Any:
    return convert(value) if convert else value
