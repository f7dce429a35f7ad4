"""Transactions and the types that both databases store alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.ground.problems import NotFound, Refusal
from chassis.storage.column_types import UtcDateTime
from chassis.storage.database import Database, NotForWriting
from tests.chassis.wire import Effect, EffectBase
from tests.kit.together import all_at_once


class Counted(Refusal):
    keeps = True
    code, sentence = "counted", "This is refused, and counted all the same."


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/some.db")
    EffectBase.metadata.create_all(made.engine)
    yield made
    made.dispose()


def effects(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Effect.account_id).order_by(Effect.account_id)))


def test_all_is_written_or_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(Effect(account_id=1))
        session.flush()
        raise RuntimeError

    assert effects(database) == []


def test_a_refusal_takes_everything_back(database: Database) -> None:
    with pytest.raises(NotFound), database.writing() as session:
        session.add(Effect(account_id=1))
        session.flush()
        raise NotFound

    assert effects(database) == []


def test_a_refusal_that_keeps_its_consequences_is_raised_once_they_are_committed(database: Database) -> None:
    with pytest.raises(Counted) as caught, database.writing() as session:
        session.add(Effect(account_id=1))
        raise Counted

    assert caught.value.code == "counted"
    assert effects(database) == [1]


def test_a_refusal_is_not_raised_where_its_consequences_cannot_be_kept(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all([Effect(id=7, account_id=1), Effect(id=7, account_id=2)])
        raise Counted

    assert effects(database) == []


def test_what_reads_cannot_write(database: Database) -> None:
    with pytest.raises(NotForWriting), database.reading() as session:
        session.add(Effect(account_id=1))
        session.flush()

    assert effects(database) == []


def test_writers_wait_for_each_other_instead_of_failing(database: Database) -> None:
    def write(account_id: int) -> None:
        with database.writing() as session:
            session.execute(select(Effect)).all()  # a lock taken only now would be refused
            session.add(Effect(account_id=account_id))

    all_at_once(12, write)

    assert effects(database) == list(range(12))


def test_a_moment_without_its_zone_cannot_be_stored(database: Database) -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 24), database.engine.dialect)  # noqa: DTZ001


def test_a_moment_is_stored_and_read_in_utc(database: Database) -> None:
    paris = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=1)))
    stored = UtcDateTime().process_bind_param(paris, database.engine.dialect)
    assert stored

    read = UtcDateTime().process_result_value(stored.replace(tzinfo=None), database.engine.dialect)

    assert read == datetime(2026, 11, 24, 11, tzinfo=UTC)
