"""Creation of a structure: a check, a question to the directory, and then the transaction (S-05)."""

from chassis.web.request_context import current_service, reading, writing
from services.structures.identifiers.types import IdentifierType
from services.structures.models.structures import NewFields, Structure
from services.structures.queries import structures
from services.structures.resources import Resources
from services.structures.use_cases import creation, establishments
from services.structures.use_cases.establishments import Verified


def create_structure(available: Resources, account_id: int, body: NewFields) -> Structure:
    """Create the structure of `body`; raise the refusals of its steps.

    The directory may take seconds to answer. No transaction is open meanwhile, so that a slow directory holds neither
    a database connection nor a lock.
    """
    new = creation.normalise(body, admit_fictive_sirets=available.admit_fictive_sirets)
    with reading() as session:
        structures.check_is_new(session, new["identifier_type"], new["identifier"])
    verified = _verify(available, new)
    with writing() as session:
        return creation.create_structure(session, account_id, new, verified)


def _verify(available: Resources, new: NewFields) -> Verified:
    """Return the directory's word about a SIRET; it has none about other identifiers."""
    if new["identifier_type"] is not IdentifierType.SIRET:
        return Verified()
    directory = available.directory_for(current_service().database, is_creation=True)
    return establishments.verify(directory, new["identifier"], admit_unknown=available.admit_fictive_sirets)
