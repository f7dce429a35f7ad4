"""The HTTP routes of espaces: the catalogue, openings, the menu and the access check."""

from typing import Any

from chassis.web.guards import PERSON, any_of, service
from chassis.web.request_context import caller, person, reading, reading_rows, resources, writing
from chassis.web.routes import Routes
from services.espaces import access, access_schemas, errors, queries, schemas, use_cases
from services.espaces.access import Access, Check
from services.espaces.models import Opening
from services.espaces.resources import Resources
from services.espaces.use_cases import Opener, OpeningRequest

routes = Routes("espaces", description="What can be opened, what is open, and who may enter")

ASKER = any_of(PERSON, service("access.check"))


@routes.get("/catalogue", guard=PERSON)
@routes.response(200, schemas.Catalogue)
def get_catalogue() -> dict[str, Any]:
    """The espaces there are (E-01)"""
    return {"items": _available().catalogue}


@routes.get(
    "/structures/<int:structure_id>/espaces", guard=PERSON, refuses=[errors.StructureUnknown, errors.NotAttached]
)
@routes.response(200, schemas.StructureEspaces)
def list_structure_espaces(structure_id: int) -> dict[str, Any]:
    """Each espace, with its opening on the structure or why it cannot be opened"""
    with reading() as session:
        queries.attachment(session, person(), structure_id)
        found = queries.espaces_of(session, _available().catalogue, structure_id)
    return {"items": found}


@routes.post(
    "/structures/<int:structure_id>/openings",
    guard=PERSON,
    refuses=[
        errors.StructureUnknown,
        errors.NotAttached,
        errors.NotThePrincipalManager,
        errors.EspaceUnknown,
        errors.EspaceNotAvailable,
        errors.EspaceAlreadyOpen,
        errors.PermissionNotOffered,
    ],
)
@routes.arguments(schemas.NewOpening)
@routes.response(201, schemas.Opening)
def open_espace(body: dict[str, Any], structure_id: int) -> Opening:
    """Open an espace on a structure (E-03); opener and principal manager are subscribed to it"""
    opener = Opener(person(), _available().secondary_managers_open_espaces)
    with writing() as session:
        return use_cases.open_espace(session, _available().catalogue, opener, structure_id, OpeningRequest(**body))


@routes.get("/menu", guard=PERSON)
@routes.response(200, schemas.Menu)
def get_menu() -> dict[str, Any]:
    """The espaces that the caller may enter, with the structures and permissions for each (E-14)"""
    with reading() as session:
        return {"items": queries.menu(session, _available().catalogue, person())}


@routes.get("/access", guard=ASKER, refuses=[errors.NotAManager])
@routes.arguments(access_schemas.Check, location="query")
@routes.response(200, access_schemas.Access)
def check_access(query: dict[str, Any]) -> Access:
    """May this person do this, for this structure, in this espace? (E-15)"""
    return _answers([Check(**query)])[0]


@routes.post("/access/checks", guard=ASKER, refuses=[errors.NotAManager])
@routes.arguments(access_schemas.Checks)
@routes.response(200, access_schemas.Accesses)
def check_accesses(body: dict[str, Any]) -> dict[str, Any]:
    """The access check for many at once; answers in the order of the questions"""
    return {"items": _answers([Check(**asked) for asked in body["checks"]])}


def _answers(checks: list[Check]) -> list[Access]:
    """A person asks about themselves or, as a manager, about their structures' people."""
    with reading_rows() as connection:
        if caller().account_id is not None:
            about_others = {asked.structure_id for asked in checks if asked.account_id != person()}
            queries.check_manages_all(connection, person(), about_others)
        return access.check(connection, _available().catalogue, checks)


def _available() -> Resources:
    return resources(Resources)
