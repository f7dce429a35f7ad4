"""The HTTP routes of structures: they open the transaction, ask who is calling, and call one use case."""

from typing import Any

from chassis.storage.keyset import Page
from chassis.web.guards import PERSON, PUBLIC
from chassis.web.request_context import person, reading, resources, writing
from chassis.web.routes import Routes
from services.structures import errors, queries, schemas, siret, use_cases
from services.structures.directory import Establishment
from services.structures.identifiers import IdentifierType
from services.structures.models import Structure
from services.structures.resources import Resources

routes = Routes("structures", description="Legal entities")

_VAT_REFUSALS = [errors.VatNumberInvalid, errors.VatNumberOfAnother]


@routes.get(
    "/directory/establishments/<siret>",
    guard=PERSON,
    refuses=[errors.SiretInvalid, errors.SiretUnknown, errors.SiretClosed, errors.DirectoryUnavailable],
)
@routes.response(200, schemas.Establishment)
def find_establishment(**path: str) -> Establishment:
    """What the directory says of a SIRET, to fill the form of a new structure (S-04)."""
    available = resources(Resources)
    number = siret.parse(path["siret"], admit_fictive=available.admit_fictive_sirets)
    return use_cases.establishment(available.directory, number)


@routes.get("/structures", guard=PERSON)
@routes.arguments(schemas.StructureCriteria, location="query")
@routes.response(200, schemas.StructurePage)
def search_structures(criteria: dict[str, Any]) -> Page:
    """Search comes first (S-02)."""
    with reading() as session:
        return queries.search(session, criteria)


@routes.get("/public-structures", guard=PUBLIC)
@routes.arguments(schemas.StructureCriteria, location="query")
@routes.response(200, schemas.PublicStructurePage)
def search_public_structures(criteria: dict[str, Any]) -> Page:
    """Public structures, without an account (S-03). Asking for private ones finds none."""
    if criteria.get("is_public") is False:
        return Page([], None)
    with reading() as session:
        return queries.search(session, {**criteria, "is_public": True})


@routes.post(
    "/structures",
    guard=PERSON,
    refuses=[
        errors.SiretInvalid,
        errors.IdentifierInvalid,
        *_VAT_REFUSALS,
        errors.SiretNotInDirectory,
        errors.SiretClosed,
        errors.StructureExists,
        errors.AccountErased,
    ],
)
@routes.arguments(schemas.NewStructure)
@routes.response(201, schemas.Structure)
def create_structure(body: dict[str, Any]) -> Structure:
    """The person becomes its principal manager. The directory is asked first, outside of any transaction (S-05)."""
    available = resources(Resources)
    new = use_cases.prepared(body, admit_fictive_sirets=available.admit_fictive_sirets)
    with reading() as session:
        queries.check_is_new(session, new["identifier_type"], new["identifier"])
    found = None
    if new["identifier_type"] is IdentifierType.SIRET:
        found = use_cases.verify(available.directory, new["identifier"], admit_unknown=available.admit_fictive_sirets)
    with writing() as session:
        return use_cases.create_structure(session, person(), new, found)


@routes.get("/structures/<int:structure_id>", guard=PERSON, refuses=[errors.StructureUnknown])
@routes.response(200, schemas.Structure)
def get_structure(structure_id: int) -> Structure:
    """One structure, with all its fields (S-07)."""
    with reading() as session:
        return queries.structure(session, structure_id)


@routes.patch(
    "/structures/<int:structure_id>",
    guard=PERSON,
    refuses=[errors.StructureUnknown, errors.NotAManager, errors.PublicByDirectory, *_VAT_REFUSALS],
)
@routes.arguments(schemas.StructureChanges(partial=True))
@routes.response(200, schemas.Structure)
def change_structure(body: dict[str, Any], structure_id: int) -> Structure:
    """By a manager; the identifier stays."""
    with writing() as session:
        return use_cases.change_structure(session, person(), structure_id, body)
