"""An empty, migrated database per test, of the kind that this run of the tests was asked for with `--database`."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from sqlalchemy import Engine, MetaData, event, select

from chassis.storage import migrations
from chassis.storage.database import Database

SQLITE, POSTGRESQL = KINDS = ("sqlite", "postgresql")

_kind = SQLITE
_numbers = count(1)
_idle: dict[str, list[Path]] = defaultdict(list)
"""SQLite files that no test uses at the moment, by service."""


@contextmanager
def fresh_database(service: str) -> Iterator[str]:
    """Lend a migrated, empty database of `service` and yield its URL. No test sees the rows of an earlier one.

    URLs come again, so that the statements compiled for one (`database_at`) serve many tests.
    """
    if _kind == POSTGRESQL:
        # Only now: what speaks to containers takes its time to load.
        with import_module("tests.containers.postgres").lent_database(service) as url:
            yield url
    else:
        path = _idle[service].pop() if _idle[service] else _folder() / f"{service}-{next(_numbers)}.db"
        for old in path.parent.glob(f"{path.name}*"):  # with its journal
            old.unlink()
        make_migrated(service, path)
        yield f"sqlite:///{path}"
        _idle[service].append(path)


@cache
def database_at(url: str) -> Database:
    """Return one Database for each URL, whose compiled statements are kept. Dispose of it after each use."""
    return Database(url)


@cache
def _folder() -> Path:
    """Make the folder of this process, inside that of the run, which is removed at its end (tests.leaving_nothing)."""
    return Path(mkdtemp(prefix="databases-"))


def make_migrated(service: str, path: Path) -> str:
    """Make an empty SQLite database of `service` at `path`, and return its URL."""
    path.write_bytes(_migrated(service))
    return f"sqlite:///{path}"


@cache
def _migrated(service: str) -> bytes:
    """An SQLite file to copy: copying it takes a tenth of the time that making it takes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{service}.db"
        migrations.migrate(service, f"sqlite:///{path}")
        assert [one.name for one in Path(folder).iterdir()] == [path.name]
        return path.read_bytes()


def choose(kind: str) -> None:
    global _kind
    _kind = kind


@contextmanager
def chosen(kind: str) -> Iterator[None]:
    """For tests that are about one kind, whatever the run was asked for."""
    before = _kind
    choose(kind)
    try:
        yield
    finally:
        choose(before)


def address(database: Database) -> str:
    """The whole URL, for another process."""
    return database.engine.url.render_as_string(hide_password=False)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to any database meanwhile, with its parameters, in order."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def everything_in(database: Database) -> str:
    """Every row of every table, as text: where to look for what must be kept nowhere."""
    tables = MetaData()
    with database.engine.connect() as connection:
        tables.reflect(connection)
        return "\n".join(str(row) for table in tables.sorted_tables for row in connection.execute(select(table)))
