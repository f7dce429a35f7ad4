"""Adapter of the directory without a network: an index built from the stock files (`stock_loader`)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import structlog

from services.structures.directory.port import Establishment
from services.structures.directory.sirene_fields import establishment_from
from services.structures.errors.directory import DirectoryUnavailable

# All columns: an index that was built before a field came into use lacks it, and serves until the next load.
_FIND = "SELECT * FROM establishments JOIN legal_units USING (siren) WHERE siret = ?"

log = structlog.get_logger()


class StockFile:
    def __init__(self, index: Path) -> None:
        self._index = index

    def find(self, siret: str) -> Establishment | None:
        # Opened for each lookup: a newly built index replaces the file, and an open handle would keep the old one.
        try:
            with closing(sqlite3.connect(f"{self._index.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                row = connection.execute(_FIND, (int(siret),)).fetchone()
        except sqlite3.Error as error:
            log.error("directory index cannot be read; load it anew", error=type(error).__name__)
            raise DirectoryUnavailable from error
        return establishment_from(siret, dict(row)) if row else None
