"""Keyset pages: every row once, whatever is written in between."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from chassis.ground.problems import InvalidInput
from chassis.storage.database import Database
from chassis.storage.keyset import page
from tests.chassis.wire import Effect, EffectBase


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('pages') / Path('pages.db')}")
    EffectBase.metadata.create_all(made.engine)
    return made


def fill(database: Database, *accounts: int) -> None:
    with database.writing() as session:
        session.add_all(Effect(account_id=account) for account in accounts)


def empty(database: Database) -> None:
    with database.writing() as session:
        session.execute(delete(Effect))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.integers(0, 30), limit=st.integers(1, 12))
def test_pages_give_every_row_once_though_rows_are_added_in_between(database: Database, rows: int, limit: int) -> None:
    empty(database)
    fill(database, *range(rows))
    seen: list[int] = []
    cursor: str | None = None

    for _ in range(40):
        with database.reading() as session:
            found = page(session, select(Effect), Effect.id, after=cursor, limit=limit)
        seen += [effect.account_id for effect in found.items]
        fill(database, 1000) if len(seen) < rows else None
        cursor = found.next
        if cursor is None:
            break

    assert [account for account in seen if account != 1000] == list(range(rows))


@pytest.mark.parametrize("cursor", ["x", "é", "====", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_cursor_that_was_not_ours_is_refused(database: Database, cursor: str) -> None:
    with database.reading() as session, pytest.raises(InvalidInput):
        page(session, select(Effect), Effect.id, after=cursor, limit=5)
