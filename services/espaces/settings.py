"""Settings of the espaces service."""

from dataclasses import dataclass
from pathlib import Path

from chassis.ground.settings import ServiceSettings, setting
from services.espaces.catalogue.loader import SHIPPED


@dataclass(frozen=True)
class Settings(ServiceSettings):
    catalogue: Path = setting(default=SHIPPED, help="the YAML file with the espaces that structures can open")
    secondary_managers_open_espaces: bool = setting(
        default=False, help="true to let secondary managers open espaces too"
    )
