"""Resources of this service's routes and handlers beside the database."""

from dataclasses import dataclass

from chassis.ground.settings import SettingsError
from services.espaces.catalogue import loader
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.loader import CatalogueBroken
from services.espaces.settings import Settings


@dataclass(frozen=True)
class Resources:
    catalogue: Catalogue
    secondary_managers_open_espaces: bool


def build(settings: Settings) -> Resources:
    """Build the resources. Raises SettingsError for a catalogue that cannot be used."""
    try:
        catalogue = loader.load(settings.catalogue)
    except CatalogueBroken as error:
        raise SettingsError(f"GUICHET_CATALOGUE: {error}") from error
    return Resources(catalogue, settings.secondary_managers_open_espaces)
