"""The HTTP routes of subscriptions: requests, the managers' decisions on them, removal, and the lists."""

from typing import Any

from chassis.storage.keyset import Page
from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, resources, writing
from chassis.web.routes import Routes
from services.espaces import errors, queries, schemas, use_cases
from services.espaces.resources import Resources
from services.espaces.use_cases import SubscriptionRequest

routes = Routes("subscriptions", description="Who has, or asks for, which permission in which espace")


@routes.get("/subscriptions", guard=PERSON)
@routes.arguments(schemas.SubscriptionQuery, location="query")
@routes.response(200, schemas.SubscriptionPage)
def list_my_subscriptions(query: dict[str, Any]) -> Page:
    """The caller's own, in every status (E-10)"""
    with reading() as session:
        return queries.subscriptions_of(session, person(), query)


@routes.post(
    "/subscriptions",
    guard=PERSON,
    refuses=[
        errors.StructureUnknown,
        errors.NotAttached,
        errors.EspaceUnknown,
        errors.EspaceNotAvailable,
        errors.EspaceNotOpen,
        errors.PermissionNotOpen,
        errors.SubscriptionExists,
        errors.SubscriptionPending,
    ],
)
@routes.arguments(schemas.NewSubscription)
@routes.response(201, schemas.Subscriptions)
def request_subscriptions(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a subscription to an espace (E-08), one for each permission"""
    wanted = SubscriptionRequest(**{**body, "comment": body["comment"] or ""})
    with writing() as session:
        return _listed(session, use_cases.request_subscriptions(session, _catalogue(), person(), wanted))


@routes.get(
    "/structures/<int:structure_id>/subscriptions", guard=PERSON, refuses=[errors.StructureUnknown, errors.NotAManager]
)
@routes.arguments(schemas.SubscriptionQuery, location="query")
@routes.response(200, schemas.ManagedSubscriptionPage)
def list_structure_subscriptions(query: dict[str, Any], structure_id: int) -> Page:
    """Of everyone, for the structure's managers"""
    with reading() as session:
        queries.manager(session, person(), structure_id)
        return queries.subscriptions_to(session, structure_id, query)


@routes.post(
    "/subscriptions/decisions",
    guard=PERSON,
    refuses=[errors.SubscriptionUnknown, errors.StructureUnknown, errors.NotAManager, errors.SubscriptionNotPending],
)
@routes.arguments(schemas.SubscriptionDecision)
@routes.response(200, schemas.Subscriptions)
def decide_subscriptions(body: dict[str, Any]) -> dict[str, Any]:
    """Approve or refuse, one or many at once, all or none (E-09)"""
    chosen = body["subscription_ids"]
    with writing() as session:
        if body["decision"] == "APPROVE":
            decided = use_cases.approve_subscriptions(session, _catalogue(), person(), chosen)
        else:
            decided = use_cases.refuse_subscriptions(session, _catalogue(), person(), chosen, body["reason"])
        return _listed(session, decided)


@routes.post("/subscriptions/removals", guard=PERSON, refuses=[errors.SubscriptionUnknown, errors.SubscriptionNotLive])
@routes.arguments(schemas.SubscriptionRemoval)
@routes.response(200, schemas.Subscriptions)
def remove_subscriptions(body: dict[str, Any]) -> dict[str, Any]:
    """Give up subscriptions of one's own, one or many at once, all or none (E-10)"""
    with writing() as session:
        removed = use_cases.remove_subscriptions(session, _catalogue(), person(), body["subscription_ids"])
        return _listed(session, removed)


def _listed(session: Any, subscriptions: Any) -> dict[str, Any]:
    """With the structure of each, which the answer names."""
    return {"items": queries.with_structures(session, subscriptions)}


def _catalogue() -> Any:
    return resources(Resources).catalogue
