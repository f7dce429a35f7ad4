"""Settings of the structures service."""

from dataclasses import dataclass
from pathlib import Path

from chassis.ground.settings import Secret, ServiceSettings, SettingsError, refuse_sandbox, setting


@dataclass(frozen=True)
class Settings(ServiceSettings):
    directory: str = setting(
        default="sirene", help="where SIRETs are looked up: sirene (INSEE's API) or stock (an index on this machine)"
    )
    sirene_url: str = setting(default="https://api.insee.fr/api-sirene/3.11", help="base address of INSEE's API Sirene")
    sirene_key: Secret | None = setting(default=None, help="the key that INSEE gave for API Sirene; needed for sirene")
    directory_calls_a_minute: int = setting(
        default=30,
        help="calls to INSEE's API in a minute, of all processes together; a third of them is for creations alone",
    )
    directory_index: Path | None = setting(
        default=None, help="the file built by `guichet structures directory load`; needed for stock"
    )
    admit_fictive_sirets: bool = setting(
        default=False, help="true in a sandbox only: SIRETs need no right check digit and need not be in the directory"
    )

    portal_url: str | None = setting(
        default=None, help="address at which people reach the portal; needed where fictive SIRETs are admitted"
    )

    def __post_init__(self) -> None:
        """Check the settings that depend on others. Raises SettingsError."""
        super().__post_init__()
        if self.admit_fictive_sirets:
            self._must_be_a_sandbox()
        if self.directory_calls_a_minute < 3:
            raise SettingsError("GUICHET_DIRECTORY_CALLS_A_MINUTE: too few. It is: 3 or more, such as 30")
        if self.directory not in ("sirene", "stock"):
            raise SettingsError("GUICHET_DIRECTORY: no such directory. It is: sirene or stock")
        if self.directory == "sirene" and self.sirene_key is None:
            raise SettingsError("GUICHET_SIRENE_KEY: missing. It is: the key that INSEE gave for API Sirene")
        if self.directory == "stock" and self.directory_index is None:
            raise SettingsError(
                "GUICHET_DIRECTORY_INDEX: missing. It is: the file built by `guichet structures directory load`"
            )

    def _must_be_a_sandbox(self) -> None:
        if self.portal_url is None:
            raise SettingsError("GUICHET_PORTAL_URL: missing. It is: the address at which people reach the portal")
        refuse_sandbox(self.portal_url, "ADMIT_FICTIVE_SIRETS", "Remove it: anyone could register what does not exist")
