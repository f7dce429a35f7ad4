"""Which settings the directory asks for, and which directory they give."""

from pathlib import Path
from typing import Any

import pytest

from chassis.ground.settings import Secret, SettingsError
from services.structures import resources
from services.structures.directory.sirene_api import SireneApi
from services.structures.directory.stock_file import StockFile
from services.structures.settings import Settings


def settings(**changes: Any) -> Settings:
    usual = {"database_url": "sqlite://", "identity_url": "http://127.0.0.1:9", "client_secret": Secret("x" * 16)}
    return Settings(**{**usual, **changes})


def test_the_directory_is_chosen_by_a_setting() -> None:
    sirene = resources.build(settings(directory="sirene", sirene_key=Secret("x" * 16)))
    stock = resources.build(settings(directory="stock", directory_index=Path("index")))

    assert isinstance(sirene.directory, SireneApi)
    assert isinstance(stock.directory, StockFile)
    assert stock.admit_fictive_sirets is False


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"directory": "paper"}, "GUICHET_DIRECTORY"),
        ({"directory": "sirene"}, "GUICHET_SIRENE_KEY"),
        ({"directory": "stock"}, "GUICHET_DIRECTORY_INDEX"),
    ],
)
def test_a_missing_setting_stops_the_service_by_its_name(changes: dict[str, Any], name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings(**changes)
