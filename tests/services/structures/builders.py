"""Structures, attachments and what the directory says of them, as tests need them."""

from dataclasses import replace
from typing import Any

from chassis.ground.clock import now
from chassis.ground.problems import Refusal
from services.structures.directory.port import Establishment
from services.structures.errors.directory import DirectoryUnavailable
from services.structures.identifiers.types import IdentifierType
from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from services.structures.models.read_models import AccountStatus, Person
from services.structures.models.structures import Structure, StructureStatus

AIFE_SIRET, URSSAF_SIRET, EARL_SIRET = "13001977100018", "78299314100038", "11122233300044"

MANAGER, COLLEAGUE, STRANGER = 41, 42, 43
"""Accounts: the one that creates the structure, one that asks to be attached, one that has nothing to do with it."""

_FIELDS: dict[str, Any] = {
    "name": "AGENCE INFORMATIQUE FINANCIERE ETAT",
    "is_centre_de_gestion": False,
    "is_public": True,
    "is_edi_emitter": False,
    "receives_edi_life_cycles": False,
    "accepts_attachment_requests": True,
    "street": "10 RUE DU CENTRE",
    "postcode": "93160",
    "town": "NOISY LE GRAND",
    "country": "FR",
}


def a_new_structure(**fields: Any) -> dict[str, Any]:
    """Return the body of a creation."""
    return {**_FIELDS, "identifier_type": "SIRET", "identifier": AIFE_SIRET, "status": "ACTIF", **fields}


def a_structure(**fields: Any) -> Structure:
    """Return an object, in no database."""
    usual = {"identifier_type": IdentifierType.SIRET, "identifier": AIFE_SIRET, "status": StructureStatus.ACTIVE}
    return Structure(**{**_FIELDS, "id": 7, "verified": True, **usual, **fields})


def an_attachment(**fields: Any) -> Attachment:
    """Return a pending request, in no database."""
    usual = {"id": 12, "structure_id": 7, "account_id": COLLEAGUE, "role": Role.USER, "comment": ""}
    pending = {"status": AttachmentStatus.PENDING, "requested_at": now()}
    return Attachment(**{**usual, **pending, **fields})


def a_manager(**fields: Any) -> Attachment:
    managing = {"id": 11, "account_id": MANAGER, "role": Role.PRINCIPAL_MANAGER, "status": AttachmentStatus.APPROVED}
    return an_attachment(**{**managing, **fields})


def a_person(**fields: Any) -> Person:
    """Return a person after the sign-up, before the activation."""
    names = {"last_name": "Morel", "first_name": "Jeanne", "login_email": "jeanne@tilleuls.example"}
    return Person(**{"account_id": COLLEAGUE, "status": AccountStatus.PENDING, **names, **fields})


def an_establishment(**fields: Any) -> Establishment:
    usual = Establishment(
        siret=AIFE_SIRET,
        name="AGENCE INFORMATIQUE FINANCIERE ETAT",
        street="10 RUE DU CENTRE",
        complement_1="IMMEUBLE",
        postcode="93160",
        town="NOISY LE GRAND",
        country="FR",
        is_public=True,
        is_active=True,
    )
    return replace(usual, **fields)


class DirectoryInMemory:
    """Directory with the establishments of a test, which can be out of reach."""

    def __init__(self, *known: Establishment) -> None:
        self.known = {establishment.siret: establishment for establishment in known}
        self.is_available = True
        self.asked: list[str] = []

    def find(self, siret: str) -> Establishment | None:
        self.asked.append(siret)
        if not self.is_available:
            raise DirectoryUnavailable
        return self.known.get(siret)


class ActivationMailsInMemory:
    """Remembers what it was asked for; says no, or nothing at all, when told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.refusal: Refusal | None = None

    def request(self, account_id: int, *, manager_id: int) -> None:
        self.asked.append((account_id, manager_id))
        if self.refusal is not None:
            raise self.refusal
