"""The second shape of the outbox, on data of the first one."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from chassis.events.outbox import PublishedRow
from chassis.events.relay import Relay
from chassis.ground.clock import now
from chassis.storage import migrations
from chassis.storage.database import Database
from tests.chassis.wire import ACTIVATED
from tests.containers import postgres
from tests.integration.bus.test_relay import Recorder

OLD_OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Uuid()),
    sa.column("name"),
    sa.column("occurred_at", sa.DateTime(timezone=True)),
    sa.column("correlation_id"),
    sa.column("payload", sa.JSON()),
    sa.column("position"),
    sa.column("published_at", sa.DateTime(timezone=True)),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.containers)])
def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Identity's, as the first migration leaves it."""
    if request.param == "sqlite":
        yield from first_shape(f"sqlite:///{tmp_path}/identity.db")
    else:
        with postgres.fresh_database("identity") as url:
            database = Database(url)
            with database.engine.begin() as connection:
                connection.execute(sa.text("DROP SCHEMA public CASCADE"))
                connection.execute(sa.text("CREATE SCHEMA public"))
            database.dispose()
            yield from first_shape(url)


def first_shape(url: str) -> Iterator[Database]:
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(migrations.SERVICES / "identity" / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    yield database
    database.dispose()


def an_old_row(position: int | None, *, published: bool) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "name": ACTIVATED,
        "occurred_at": now(),
        "correlation_id": "test-correlation",
        "payload": {"account_id": position or 100},
        "position": position,
        "published_at": now() if published else None,
    }


def keep(database: Database, *rows: dict[str, object]) -> None:
    with database.engine.begin() as connection:
        connection.execute(OLD_OUTBOX.insert(), list(rows))


def relayed(database: Database) -> list[int]:
    """The positions that a relay publishes after the migration."""
    migrations.migrate("identity", database.engine.url.render_as_string(hide_password=False))
    recorder = Recorder()
    relay = Relay(database, recorder)
    while relay.run_once():
        pass
    relay.close()
    return recorder.positions


def position(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(sa.select(PublishedRow.position))


def test_what_was_published_is_not_published_again_and_the_rest_is(old_database: Database) -> None:
    keep(
        old_database,
        *(an_old_row(number, published=True) for number in (1, 2, 3)),
        *(an_old_row(number, published=False) for number in (4, 5)),
        an_old_row(None, published=False),
    )

    assert relayed(old_database) == [4, 5, 6]
    assert position(old_database) == 6


def test_an_outbox_that_was_published_whole_is_silent(old_database: Database) -> None:
    keep(old_database, *(an_old_row(number, published=True) for number in (1, 2, 3)))

    assert relayed(old_database) == []
    assert position(old_database) == 3


def test_an_outbox_of_which_nothing_was_published_goes_out_from_its_beginning(old_database: Database) -> None:
    keep(old_database, an_old_row(1, published=False), an_old_row(None, published=False))

    assert relayed(old_database) == [1, 2]


def test_an_empty_outbox_starts_at_nothing(old_database: Database) -> None:
    assert relayed(old_database) == []
    assert position(old_database) == 0
