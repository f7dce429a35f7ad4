"""A service with two routes, for what holds for every service."""

from typing import Any

from marshmallow import fields

from chassis.calls.tokens import StaticKeys
from chassis.events.outbox import record
from chassis.ground.problems import Refusal
from chassis.ground.schemas import Schema, email_address, identifier, text
from chassis.ground.settings import ServiceSettings
from chassis.processes.service import Service, no_resources
from chassis.storage.column_types import new_metadata
from chassis.storage.keyset import PageQuery, page_of
from chassis.web import guards
from chassis.web.bounds import HOUR, Bound, per_account_and_structure, per_address
from chassis.web.request_context import caller, writing
from chassis.web.routes import Routes
from tests.kit import keys


class Thing(Schema):
    name = text(20)
    email = email_address(required=False)
    tags = fields.List(text(3), load_default=list)
    number = identifier(required=True)


class NameTaken(Refusal):
    code, sentence = "name_taken", "There is a thing of this name."


class CountedRefusal(Refusal):
    keeps = True
    code, sentence = "counted", "This is refused, and counted all the same."


routes = Routes("things", description="Things.")


@routes.post("/things/<int:thing_id>", guard=guards.PERSON, refuses=[NameTaken])
@routes.arguments(Thing)
@routes.response(201, Thing)
def make_thing(body: dict[str, Any], thing_id: int) -> dict[str, Any]:
    """Make a thing"""
    with writing() as session:
        record(session, "identity.account_activated.v1", {"account_id": thing_id})
        if body["name"] == "taken":
            raise NameTaken(field="name")
        if body["name"] == "counted":
            raise CountedRefusal
        if body["name"] == "fault":
            raise RuntimeError("a secret")
    return body


THINGS = Bound("things", 3, HOUR)
THINGS_OF_ONE = Bound("things_of_one", 2, HOUR, per_account_and_structure)
LOOK_UPS = Bound("look_ups", 2, HOUR, counts_refused=True)
BOUNDED_THINGS = Bound("bounded_things", 1, HOUR)
LOOKS = Bound("looks", 2, HOUR, per_address)


@routes.post(
    "/bounded/<int:structure_id>/<outcome>", guard=guards.PERSON, refuses=[NameTaken], bounds=[THINGS, THINGS_OF_ONE]
)
@routes.response(204)
def do_bounded(structure_id: int, outcome: str) -> None:
    """Do what is bounded"""
    if outcome == "refused":
        raise NameTaken


@routes.get("/look-ups/<outcome>", guard=guards.PERSON, refuses=[NameTaken], bounds=[LOOK_UPS])
@routes.response(204)
def look_up(outcome: str) -> None:
    """Look up"""
    if outcome == "refused":
        raise NameTaken


@routes.get("/looked-at", guard=guards.PUBLIC, bounds=[LOOKS])
@routes.response(204)
def look() -> None:
    """Look, without an account"""


@routes.post("/bounded-things", guard=guards.PERSON, bounds=[BOUNDED_THINGS])
@routes.arguments(Thing)
@routes.response(204)
def make_bounded_thing(_body: dict[str, Any]) -> None:
    """Make a thing that is bounded"""


@routes.get("/things", guard=guards.PUBLIC)
@routes.arguments(PageQuery, location="query")
@routes.response(200, page_of(Thing))
def list_things(_query: dict[str, Any]) -> dict[str, Any]:
    """List things"""
    return {"items": [], "next": None}


@routes.get("/whoami", guard=guards.any_of(guards.PERSON, guards.service("things.read")))
@routes.response(200)
def whoami() -> dict[str, Any]:
    """Who is calling"""
    return {"account_id": caller().account_id, "service": caller().service}


@routes.post("/for-operators", guard=guards.OPERATOR)
@routes.response(204)
def help_someone() -> None:
    """Only operators do this"""


TOY = Service(
    name="identity",
    settings=ServiceSettings,
    routes=[routes],
    metadata=new_metadata(),
    resources=no_resources,
    followers=frozenset({"notifier"}),
    keys=lambda _: StaticKeys(keys.KEYS),
)
"""Goes by identity's name, whose migrations bring the chassis's own tables."""
