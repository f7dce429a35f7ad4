"""Build of the directory's index from the monthly stock files of Sirene.

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
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO
from urllib.parse import quote

from services.structures.directory.port import ACTIVE
from services.structures.directory.sirene_fields import (
    DIFFUSION_FIELD,
    ESTABLISHMENT_FIELDS,
    LATE_FIELDS,
    STATE_FIELD,
    UNIT_FIELDS,
)

ROWS_AT_A_TIME = 2_000
LEAST_OF_BEFORE = 0.9
"""Part of the index in use below which a new one is taken for a mistake: the register grows."""
MOST_ORPHANS = 0.05
"""Part of the establishments that may lack their legal unit: the two files are written minutes apart."""
_DAMAGE = (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError, sqlite3.IntegrityError)
_UNREADABLE = (NotImplementedError, RuntimeError, zipfile.BadZipFile)
"""A compression that Python lacks (Deflate64), a password, a broken archive."""

Progress = Callable[[str, int, float], None]
"""Callback with the file's name, the number of rows read, and the part of the file that they are (0 to 1)."""


class StockUnusable(Exception):
    """Stock file that cannot be read; the message names it and the cause."""


class LoadInProgress(Exception):
    """Refusal to build an index that another process is building."""


@dataclass(frozen=True)
class Loaded:
    legal_units: int
    establishments: int
    orphans: int = 0
    """Establishments without a legal unit: they have no name."""


@dataclass(frozen=True)
class _Table:
    name: str
    key: str
    digits: int
    fields: tuple[str, ...]
    """Columns of text, beside the key and `siren`."""

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys((self.key, "siren", *self.fields)))


_LEGAL_UNITS = _Table("legal_units", "siren", 9, UNIT_FIELDS)
_ESTABLISHMENTS = _Table("establishments", "siret", 14, ESTABLISHMENT_FIELDS)
_ORPHANS = """
    SELECT count(*) FROM establishments
    WHERE NOT EXISTS (SELECT 1 FROM legal_units WHERE legal_units.siren = establishments.siren)
"""
_FIELDS_OF_CLOSED = ("siret", "siren", DIFFUSION_FIELD, STATE_FIELD)


def _silent(file: str, rows: int, part: float) -> None:
    """Ignore the progress."""


def load_stock(
    establishments: Path, legal_units: Path, index: Path, progress: Progress = _silent, *, force: bool = False
) -> Loaded:
    """Build `index` from StockEtablissement and StockUniteLegale, each a CSV file or a zip of one.

    Raises StockUnusable or LoadInProgress, and leaves the index in use as it was. `force` takes also what is empty,
    much smaller than the index in use, or full of establishments without their legal unit.
    """
    index.parent.mkdir(parents=True, exist_ok=True)
    building = index.with_name(f"{index.name}.building")
    with _exclusive(index.with_name(f"{index.name}.lock")):
        # A load that was killed leaves its file behind.
        building.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(building, isolation_level=None)) as connection:
                loaded = _fill(connection, establishments, legal_units, progress)
            if not force:
                _must_be_plausible(loaded, _establishments_in(index))
            os.replace(building, index)
        finally:
            building.unlink(missing_ok=True)
    return loaded


@contextmanager
def _exclusive(lock: Path) -> Iterator[None]:
    """Hold the lock file. Raises LoadInProgress if another process holds it."""
    # The system releases a flock with the process, however that ends: nothing is left to clean up after a crash.
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LoadInProgress from error
        yield


def _fill(connection: sqlite3.Connection, establishments: Path, legal_units: Path, progress: Progress) -> Loaded:
    # No journal: a half-built file is thrown away, never rolled back. FULL makes the commit wait for the disk, since
    # the file is put in place right after it.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN")
    loaded = Loaded(
        legal_units=_copy(connection, _LEGAL_UNITS, legal_units, progress),
        establishments=_copy(connection, _ESTABLISHMENTS, establishments, progress),
    )
    connection.execute("COMMIT")
    [orphans] = connection.execute(_ORPHANS).fetchone()
    return replace(loaded, orphans=orphans)


def _must_be_plausible(loaded: Loaded, before: int) -> None:
    if not loaded.establishments or not loaded.legal_units:
        raise StockUnusable("one of the files holds nothing but its header")
    if loaded.establishments < before * LEAST_OF_BEFORE:
        raise StockUnusable(f"{loaded.establishments} establishments, {before} in the index in use: a file seems cut")
    if loaded.orphans > loaded.establishments * MOST_ORPHANS:
        raise StockUnusable(f"{loaded.orphans} establishments have no legal unit: the files do not belong together")


def _establishments_in(index: Path) -> int:
    """Return the size of the index in use; 0 without one that can be read."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(index))}?mode=ro", uri=True)) as connection:
            [number] = connection.execute("SELECT count(*) FROM establishments").fetchone()
            return int(number)
    except sqlite3.Error:
        return 0


def _copy(connection: sqlite3.Connection, table: _Table, source: Path, progress: Progress) -> int:
    columns = ", ".join(f"{name} {'INTEGER' if name in ('siret', 'siren') else 'TEXT'}" for name in table.columns)
    connection.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({table.key}))")
    insert = f"INSERT OR REPLACE INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608
    rows = 0
    with ExitStack() as stack:
        binary, size = _opened(source, stack)
        try:
            text = stack.enter_context(io.TextIOWrapper(binary, "utf-8-sig", newline=""))
            values = _values(source, text, table)
            while batch := list(islice(values, ROWS_AT_A_TIME)):
                connection.executemany(insert, batch)
                rows += len(batch)
                progress(source.name, rows, binary.tell() / size)
        except _DAMAGE as error:
            raise StockUnusable(f"{source.name} is damaged after row {rows}: {type(error).__name__}") from error
    return rows


def _opened(source: Path, stack: ExitStack) -> tuple[IO[bytes], int]:
    """Return the CSV file, or the one in a zip, and its size in bytes."""
    try:
        if not zipfile.is_zipfile(source):
            return stack.enter_context(source.open("rb")), max(source.stat().st_size, 1)
        archive = stack.enter_context(zipfile.ZipFile(source))
        members = [member for member in archive.infolist() if _is_data(member)]
        if len(members) != 1:
            raise StockUnusable(f"{source.name} holds {len(members)} CSV files; it should hold one")
        return stack.enter_context(archive.open(members[0])), max(members[0].file_size, 1)
    except OSError as error:
        raise StockUnusable(f"{source.name} cannot be read: {error.strerror}") from error
    except _UNREADABLE as error:
        raise StockUnusable(f"{source.name} cannot be unpacked: {error}") from error


def _is_data(member: zipfile.ZipInfo) -> bool:
    # macOS adds a second entry for each file, with what only it needs.
    return member.filename.lower().endswith(".csv") and not member.filename.startswith("__MACOSX/")


def _values(source: Path, text: Iterable[str], table: _Table) -> Iterator[list[str | None]]:
    """Yield the values of the table's columns, row by row."""
    # Columns are looked up by name: INSEE adds some from time to time.
    rows = csv.reader(text)
    header = next(rows, [])
    missing = [name for name in table.columns if name not in header and name not in LATE_FIELDS]
    if missing:
        raise StockUnusable(f"{source.name} has no column {', '.join(missing)}")
    places = [header.index(name) if name in header else None for name in table.columns]
    key, digits = header.index(table.key), table.digits
    for row in rows:
        if row and len(row) < len(header):
            raise StockUnusable(f"{source.name} is damaged at line {rows.line_num}: too few columns")
        if row and not (row[key].isascii() and row[key].isdigit() and len(row[key]) == digits):
            raise StockUnusable(f"{source.name}, line {rows.line_num}: no {table.key.upper()} of {digits} digits")
        if row:
            yield _reduced(table.columns, ["" if place is None else row[place] for place in places])


def _reduced(columns: Iterable[str], values: Sequence[str]) -> list[str | None]:
    """Return the values, without name and address for a closed establishment: it cannot be chosen."""
    row = dict(zip(columns, values, strict=True))
    if row.get(STATE_FIELD, ACTIVE) != ACTIVE:
        return [value if name in _FIELDS_OF_CLOSED else None for name, value in row.items()]
    return list(row.values())
