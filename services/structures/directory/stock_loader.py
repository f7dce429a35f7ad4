"""Builds the index of the directory from the monthly stock files of Sirene.

The files have some 40 million rows: they are streamed, and memory stays flat. The index is built beside the one in use
and takes its place at the end, so that a load can be stopped, or crash, at any moment, and simply be started again.
"""

import csv
import fcntl
import io
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from services.structures.directory import ACTIVE
from services.structures.directory.sirene_fields import DIFFUSION_FIELD, ESTABLISHMENT_FIELDS, STATE_FIELD, UNIT_FIELDS

ROWS_AT_A_TIME = 2_000
_DAMAGE = (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError, sqlite3.IntegrityError)

Progress = Callable[[str, int, float], None]
"""Called with the file's name, the rows read so far and the part of the file that they are (0 to 1)."""


class StockUnusable(Exception):
    """A stock file cannot be read; the message says which one and why."""


class LoadInProgress(Exception):
    """Another process is building this index."""


@dataclass(frozen=True)
class Loaded:
    legal_units: int
    establishments: int


@dataclass(frozen=True)
class _Table:
    name: str
    key: str
    fields: tuple[str, ...]
    """Texts, beside the key and `siren`."""

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys((self.key, "siren", *self.fields)))


_LEGAL_UNITS = _Table("legal_units", "siren", UNIT_FIELDS)
_ESTABLISHMENTS = _Table("establishments", "siret", ESTABLISHMENT_FIELDS)
_KEPT_OF_CLOSED = ("siret", "siren", DIFFUSION_FIELD, STATE_FIELD)


def _silent(file: str, rows: int, part: float) -> None:
    """No progress is shown."""


def load_stock(establishments: Path, legal_units: Path, index: Path, progress: Progress = _silent) -> Loaded:
    """Builds `index` from StockEtablissement and StockUniteLegale, each a CSV file or a zip of one.

    Raises StockUnusable or LoadInProgress, and leaves the index in use as it was.
    """
    index.parent.mkdir(parents=True, exist_ok=True)
    building = index.with_name(f"{index.name}.building")
    with _alone(index.with_name(f"{index.name}.lock")):
        building.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(building, isolation_level=None)) as connection:
                loaded = _fill(connection, establishments, legal_units, progress)
            os.replace(building, index)
        finally:
            building.unlink(missing_ok=True)
    return loaded


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """The lock ends with the process, however that ends."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LoadInProgress from error
        yield


def _fill(connection: sqlite3.Connection, establishments: Path, legal_units: Path, progress: Progress) -> Loaded:
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN")
    loaded = Loaded(
        legal_units=_copy(connection, _LEGAL_UNITS, legal_units, progress),
        establishments=_copy(connection, _ESTABLISHMENTS, establishments, progress),
    )
    connection.execute("COMMIT")
    return loaded


def _copy(connection: sqlite3.Connection, table: _Table, source: Path, progress: Progress) -> int:
    columns = ", ".join(f"{name} {'INTEGER' if name in ('siret', 'siren') else 'TEXT'}" for name in table.columns)
    connection.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({table.key}))")
    insert = f"INSERT OR REPLACE INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608
    rows = 0
    with ExitStack() as stack:
        binary, size = _opened(source, stack)
        try:
            text = stack.enter_context(io.TextIOWrapper(binary, "utf-8-sig", newline=""))
            wanted = _wanted(source, text, table)
            while batch := list(islice(wanted, ROWS_AT_A_TIME)):
                connection.executemany(insert, batch)
                rows += len(batch)
                progress(source.name, rows, binary.tell() / size)
        except _DAMAGE as error:
            raise StockUnusable(f"{source.name} is damaged after row {rows}: {type(error).__name__}") from error
    return rows


def _opened(source: Path, stack: ExitStack) -> tuple[IO[bytes], int]:
    """The CSV file, or the one in a zip, and its size in bytes."""
    try:
        if not zipfile.is_zipfile(source):
            return stack.enter_context(source.open("rb")), max(source.stat().st_size, 1)
        archive = stack.enter_context(zipfile.ZipFile(source))
    except OSError as error:
        raise StockUnusable(f"{source.name} cannot be read: {error.strerror}") from error
    members = [member for member in archive.infolist() if member.filename.endswith(".csv")]
    if len(members) != 1:
        raise StockUnusable(f"{source.name} holds {len(members)} CSV files; it should hold one")
    return stack.enter_context(archive.open(members[0])), max(members[0].file_size, 1)


def _wanted(source: Path, text: Iterable[str], table: _Table) -> Iterator[list[str | None]]:
    """The columns that the index keeps, found by name: the layout grows."""
    rows = csv.reader(text)
    header = next(rows, [])
    missing = [name for name in table.columns if name not in header]
    if missing:
        raise StockUnusable(f"{source.name} has no column {', '.join(missing)}")
    places = [header.index(name) for name in table.columns]
    for row in rows:
        if row and len(row) < len(header):
            raise StockUnusable(f"{source.name} is damaged at line {rows.line_num}: too few columns")
        if row:
            yield _kept(table.columns, [row[place] for place in places])


def _kept(columns: Iterable[str], values: Sequence[str]) -> list[str | None]:
    """Of a closed establishment, only that it is closed."""
    row = dict(zip(columns, values, strict=True))
    if row.get(STATE_FIELD, ACTIVE) != ACTIVE:
        return [value if name in _KEPT_OF_CLOSED else None for name, value in row.items()]
    return list(row.values())
