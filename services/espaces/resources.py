"""What routes and handlers of this service need beside the database."""

from dataclasses import dataclass

from chassis.ground.settings import SettingsError
from services.espaces import catalogue
from services.espaces.catalogue import Catalogue, CatalogueBroken
from services.espaces.settings import Settings


@dataclass(frozen=True)
class Resources:
    catalogue: Catalogue
    secondary_managers_open_espaces: bool


def build(settings: Settings) -> Resources:
    """Raises SettingsError for a catalogue that cannot be used."""
    try:
        read = catalogue.load(settings.catalogue)
    except CatalogueBroken as error:
        raise SettingsError(f"GUICHET_CATALOGUE: {error}") from error
    return Resources(read, settings.secondary_managers_open_espaces)
