"""HTTP routes of structures: the directory, the searches, creation and changes."""

from chassis.calls.tokens import OPERATOR
from chassis.storage.keyset import Page
from chassis.web.guards import PERSON, PUBLIC
from chassis.web.request_context import caller, current_service, person, reading, resources, writing
from chassis.web.routes import Routes
from chassis.web.versions import ChangedMeanwhile, VersionNeeded
from services.structures.api import bounds
from services.structures.directory.port import Establishment
from services.structures.errors.accounts import AccountDeactivated, AccountErased
from services.structures.errors.directory import (
    DirectoryUnavailable,
    SiretClosed,
    SiretNotInDirectory,
    SiretUnknown,
)
from services.structures.errors.identifiers import (
    CountryInTheUnion,
    IdentifierInvalid,
    IdentifierOfAnotherCountry,
    IdentifierTooLong,
    SiretInvalid,
    VatNumberForeign,
    VatNumberInvalid,
    VatNumberOfAnother,
)
from services.structures.errors.structures import (
    NotAManager,
    PublicByDirectory,
    RequestsStayOpen,
    StructureExists,
    StructureUnknown,
)
from services.structures.flows import verified_creation
from services.structures.identifiers import siret
from services.structures.models.structures import ChangedFields, NewFields, Structure
from services.structures.models.visibility import SeenStructure
from services.structures.queries import audiences, managers, structures
from services.structures.queries.audiences import Viewer
from services.structures.queries.structures import Criteria
from services.structures.resources import Resources
from services.structures.schemas import structures as schemas
from services.structures.use_cases import changes, establishments

routes = Routes("structures", description="Legal entities")

_VAT_REFUSALS = [VatNumberInvalid, VatNumberOfAnother, VatNumberForeign]
_COUNTRY_REFUSALS = [CountryInTheUnion, IdentifierOfAnotherCountry]


@routes.get(
    "/directory/establishments/<siret>",
    guard=PERSON,
    bounds=[bounds.LOOK_UPS],
    refuses=[SiretInvalid, SiretUnknown, SiretClosed, DirectoryUnavailable],
)
@routes.response(200, schemas.Establishment)
def find_establishment(**path: str) -> Establishment:
    """Look up a SIRET in the directory, to fill the form of a new structure (S-04)."""
    available = resources(Resources)
    number = siret.parse(path["siret"], admit_fictive=available.admit_fictive_sirets)
    return establishments.find_active(available.directory_for(current_service().database), number)


@routes.get("/structures", guard=PERSON, bounds=[bounds.SEARCHES])
@routes.arguments(schemas.StructureCriteria, location="query")
@routes.response(200, schemas.StructurePage)
def search_structures(criteria: Criteria) -> Page:
    """Search structures, before one is created (S-02). One of name, identifier, label, postcode and town is needed."""
    with reading() as session:
        return structures.search(session, _viewer(), criteria)


@routes.get("/public-structures", guard=PUBLIC, bounds=[bounds.PUBLIC_SEARCHES])
@routes.arguments(schemas.StructureCriteria, location="query")
@routes.response(200, schemas.PublicStructurePage)
def search_public_structures(criteria: Criteria) -> Page:
    """Search public structures, without an account (S-03). Asking for private ones finds none."""
    with reading() as session:
        return structures.search_public(session, criteria)


@routes.post(
    "/structures",
    guard=PERSON,
    bounds=[bounds.CREATIONS],
    refuses=[
        SiretInvalid,
        IdentifierInvalid,
        IdentifierTooLong,
        *_COUNTRY_REFUSALS,
        *_VAT_REFUSALS,
        SiretNotInDirectory,
        SiretClosed,
        StructureExists,
        AccountErased,
        AccountDeactivated,
    ],
)
@routes.arguments(schemas.NewStructure)
@routes.response(201, schemas.Structure)
def create_structure(body: NewFields) -> Structure:
    """Create a structure; the person becomes its principal manager, and it takes requests until that is confirmed.

    The directory is asked first, outside of any transaction (S-05).
    """
    available = resources(Resources)
    return verified_creation.create_structure(available, person(), body)


@routes.get("/structures/<int:structure_id>", guard=PERSON, refuses=[StructureUnknown])
@routes.etag
@routes.response(200, schemas.Structure)
def get_structure(structure_id: int) -> SeenStructure:
    """Return one structure with all its fields (S-07); people who are not attached see less of a hidden one (S-19)."""
    with reading() as session:
        [seen] = audiences.view(session, _viewer(), [structures.get(session, structure_id)])
        return seen


@routes.patch(
    "/structures/<int:structure_id>",
    guard=PERSON,
    bounds=[bounds.CHANGES],
    refuses=[
        StructureUnknown,
        NotAManager,
        ChangedMeanwhile,
        VersionNeeded,
        PublicByDirectory,
        RequestsStayOpen,
        *_COUNTRY_REFUSALS,
        *_VAT_REFUSALS,
    ],
)
@routes.etag
@routes.arguments(schemas.StructureChanges(partial=True))
@routes.response(200, schemas.Structure)
def change_structure(body: ChangedFields, structure_id: int) -> Structure:
    """Change a structure, as one of its managers; the identifier stays. If-Match names the version that was read."""
    with writing() as session:
        # Locked, so that of two changes of one version the second is refused. The right comes first: the answer to a
        # stranger's If-Match would say what the structure looks like.
        structure = structures.get(session, structure_id, for_update=True)
        managers.require(session, person(), structure_id)
        routes.check_etag(structure, schemas.Structure)
        return changes.change_structure(session, person(), structure_id, body)


def _viewer() -> Viewer:
    return Viewer(person(), is_operator=caller().role == OPERATOR)
