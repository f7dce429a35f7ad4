"""Reads that go straight to the driver give what SQLAlchemy gives."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, String, Table, bindparam, literal, select
from sqlalchemy.exc import OperationalError

from chassis.ground.clock import now
from chassis.storage.column_types import UtcDateTime, wire_enum
from chassis.storage.compiled_reads import CompiledRead
from chassis.storage.database import Database
from tests.kit import databases


class Colour(StrEnum):
    RED = "ROUGE"
    BLUE = "BLEU"


THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20)),
    Column("colour", wire_enum(Colour)),
    Column("is_new", Boolean),
    Column("made_at", UtcDateTime),
)
STATEMENT = (
    select(THINGS, literal(7).label("seven"))
    .where(THINGS.c.name == bindparam("name"), THINGS.c.id < bindparam("most"))
    .order_by(THINGS.c.id)
)
VALUES: dict[str, Any] = {"most": 3, "name": "a"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/some.db")
    THINGS.metadata.create_all(made.engine)
    with made.writing() as session:
        for number, colour in enumerate((Colour.RED, None, Colour.BLUE), start=1):
            row = {"id": number, "name": "a", "colour": colour, "is_new": number > 1, "made_at": now()}
            session.execute(THINGS.insert(), row)
    yield made
    made.dispose()


def test_the_rows_are_those_that_sqlalchemy_gives(database: Database) -> None:
    with database.reading_rows() as connection:
        expected = connection.execute(STATEMENT, VALUES).all()

        found = CompiledRead(STATEMENT).rows(connection, **VALUES)

    assert found == [tuple(row) for row in expected]
    assert [(row.id, row.colour, row.is_new, row.seven) for row in found] == [
        (1, Colour.RED, False, 7),
        (2, None, True, 7),
    ]


def test_whoever_listens_to_statements_hears_of_it(database: Database) -> None:
    with databases.statements() as sent, database.reading_rows() as connection:
        CompiledRead(STATEMENT).rows(connection, **VALUES)

    assert [statement.split()[0] for statement, _ in sent if "things" in statement] == ["SELECT"]


def test_a_fault_of_the_database_is_told_as_sqlalchemy_tells_it(database: Database) -> None:
    elsewhere = Table("nowhere", MetaData(), Column("id", Integer), Column("at", DateTime))

    with database.reading_rows() as connection, pytest.raises(OperationalError):
        CompiledRead(select(elsewhere)).rows(connection)
