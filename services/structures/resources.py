"""Resources of the routes beside the database, built once per process from the settings."""

from dataclasses import dataclass

from chassis.calls.internal_client import Credentials
from services.structures.directory.port import Directory
from services.structures.directory.sirene_api import SireneApi
from services.structures.directory.stock_file import StockFile
from services.structures.remote.activation_mails import ActivationMails, ActivationMailsOfIdentity
from services.structures.settings import Settings

NAME = "structures"


@dataclass(frozen=True)
class Resources:
    directory: Directory
    admit_fictive_sirets: bool
    activation_mails: ActivationMails


def build(settings: Settings) -> Resources:
    activation_mails = ActivationMailsOfIdentity(settings.identity_url, Credentials(settings, NAME))
    return Resources(_directory(settings), settings.admit_fictive_sirets, activation_mails)


def _directory(settings: Settings) -> Directory:
    if settings.directory == "stock":
        assert settings.directory_index is not None
        return StockFile(settings.directory_index)
    assert settings.sirene_key is not None
    return SireneApi(settings.sirene_url, settings.sirene_key)
