"""Resources of the routes beside the database, built once per process from the settings."""

from dataclasses import dataclass

from chassis.calls.internal_client import Credentials
from chassis.storage.database import Database
from services.structures.directory.port import Directory
from services.structures.directory.sirene_api import SireneApi
from services.structures.directory.stock_file import StockFile
from services.structures.remote.activation_mails import ActivationMails, ActivationMailsOfIdentity
from services.structures.settings import Settings
from services.structures.use_cases.shared_directory import Quota, SharedDirectory

NAME = "structures"


@dataclass(frozen=True)
class Resources:
    directory: Directory
    admit_fictive_sirets: bool
    activation_mails: ActivationMails
    quota: Quota | None = None
    """Of the directory, if it has one: then the processes share it."""

    def directory_for(self, database: Database, *, is_creation: bool = False) -> Directory:
        """Return the directory for a look-up, or for a creation, which may use all of the quota."""
        if self.quota is None:
            return self.directory
        return SharedDirectory(self.directory, database, self.quota, is_creation=is_creation)


def build(settings: Settings) -> Resources:
    activation_mails = ActivationMailsOfIdentity(settings.identity_url, Credentials(settings, NAME))
    # Only INSEE's API has a quota; an index on this machine can be asked as often as anyone likes.
    quota = Quota(settings.directory_calls_a_minute) if settings.directory == "sirene" else None
    return Resources(_directory(settings), settings.admit_fictive_sirets, activation_mails, quota)


def _directory(settings: Settings) -> Directory:
    if settings.directory == "stock":
        assert settings.directory_index is not None
        return StockFile(settings.directory_index)
    assert settings.sirene_key is not None
    return SireneApi(settings.sirene_url, settings.sirene_key)
