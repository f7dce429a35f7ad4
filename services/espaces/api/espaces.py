"""HTTP routes of espaces: the catalogue, openings, the menu and the access check."""

from collections.abc import Sequence
from typing import TypedDict

from chassis.web.guards import PERSON, any_of, service
from chassis.web.request_context import caller, person, reading, reading_rows, resources, writing
from chassis.web.routes import Routes
from services.espaces.api import bounds
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Permission
from services.espaces.errors.espaces import (
    EspaceAlreadyOpen,
    EspaceNotAvailable,
    EspaceUnknown,
    PermissionNotOffered,
    StructureInactive,
    StructureUnverified,
)
from services.espaces.errors.structures import NotAManager, NotAttached, NotThePrincipalManager, StructureUnknown
from services.espaces.models.access import Access, Check
from services.espaces.models.openings import Opening
from services.espaces.queries import access, attachments, menu, structure_espaces
from services.espaces.queries.menu import MenuEntry
from services.espaces.resources import Resources
from services.espaces.schemas import access as access_schemas
from services.espaces.schemas import espaces as schemas
from services.espaces.use_cases import openings
from services.espaces.use_cases.openings import Opener, OpeningRequest

routes = Routes("espaces", description="What can be opened, what is open, and who may enter")

ACCESS_CALLER = any_of(PERSON, service("access.check"))


class OpeningBody(TypedDict):
    espace: str
    permissions: list[Permission]
    options: dict[str, str | None]


class CheckBody(TypedDict):
    account_id: int
    structure_id: int
    espace: str
    permission: Permission


@routes.get("/catalogue", guard=PERSON)
@routes.response(200, schemas.Catalogue)
def get_catalogue() -> dict[str, Catalogue]:
    """Return the espaces there are (E-01)."""
    return {"items": _available().catalogue}


@routes.get("/structures/<int:structure_id>/espaces", guard=PERSON, refuses=[StructureUnknown, NotAttached])
@routes.response(200, schemas.StructureEspaces)
def list_structure_espaces(structure_id: int) -> dict[str, Sequence[object]]:
    """List each espace, with its opening on the structure or why it cannot be opened."""
    with reading() as session:
        attachments.require(session, person(), structure_id)
        return {"items": structure_espaces.describe_all(session, _available().catalogue, structure_id)}


@routes.post(
    "/structures/<int:structure_id>/openings",
    guard=PERSON,
    bounds=[bounds.OPENINGS],
    refuses=[
        StructureUnknown,
        NotAttached,
        NotThePrincipalManager,
        EspaceUnknown,
        EspaceNotAvailable,
        StructureInactive,
        StructureUnverified,
        EspaceAlreadyOpen,
        PermissionNotOffered,
    ],
)
@routes.arguments(schemas.NewOpening)
@routes.response(201, schemas.Opening)
def open_espace(body: OpeningBody, structure_id: int) -> Opening:
    """Open an espace on a structure (E-03); opener and principal manager are subscribed to it."""
    opener = Opener(person(), _available().secondary_managers_open_espaces)
    with writing() as session:
        return openings.open_espace(session, _available().catalogue, opener, structure_id, OpeningRequest(**body))


@routes.get("/menu", guard=PERSON)
@routes.response(200, schemas.Menu)
def get_menu() -> dict[str, list[MenuEntry]]:
    """Return the espaces that the caller may enter, with the structures and permissions for each (E-14)."""
    with reading() as session:
        return {"items": menu.of_account(session, _available().catalogue, person())}


@routes.get("/access", guard=ACCESS_CALLER, refuses=[NotAManager])
@routes.arguments(access_schemas.Check, location="query")
@routes.response(200, access_schemas.Access)
def check_access(query: CheckBody) -> Access:
    """Check whether a person may do something, for a structure, in an espace (E-15)."""
    return _answers([Check(**query)])[0]


@routes.post("/access/checks", guard=ACCESS_CALLER, refuses=[NotAManager])
@routes.arguments(access_schemas.Checks)
@routes.response(200, access_schemas.Accesses)
def check_accesses(body: dict[str, list[CheckBody]]) -> dict[str, list[Access]]:
    """Run the access check for many at once; answers come in the order of the questions."""
    return {"items": _answers([Check(**check) for check in body["checks"]])}


def _answers(checks: list[Check]) -> list[Access]:
    """Answer the checks, if a calling person asks about themselves or, as a manager, about their structures' people."""
    with reading_rows() as connection:
        if caller().account_id is not None:
            about_others = {check.structure_id for check in checks if check.account_id != person()}
            attachments.check_manages_all(connection, person(), about_others)
        return access.check(connection, _available().catalogue, checks)


def _available() -> Resources:
    return resources(Resources)
