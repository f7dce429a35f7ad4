"""What the routes need beside the database, built once per process from the settings."""

from dataclasses import dataclass

from services.structures.directory import Directory
from services.structures.directory.sirene_api import SireneApi
from services.structures.directory.stock_file import StockFile
from services.structures.settings import Settings


@dataclass(frozen=True)
class Resources:
    directory: Directory
    admit_fictive_sirets: bool


def build(settings: Settings) -> Resources:
    return Resources(_directory(settings), settings.admit_fictive_sirets)


def _directory(settings: Settings) -> Directory:
    if settings.directory == "stock":
        assert settings.directory_index is not None
        return StockFile(settings.directory_index)
    assert settings.sirene_key is not None
    return SireneApi(settings.sirene_url, settings.sirene_key)
