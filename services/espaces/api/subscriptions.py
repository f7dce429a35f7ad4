"""HTTP routes of subscriptions: requests, the managers' decisions on them, removal, and the lists."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from sqlalchemy.orm import Session

from chassis.storage.keyset import Page
from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, resources, writing
from chassis.web.routes import Routes
from services.espaces.api import bounds
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Permission
from services.espaces.errors.espaces import EspaceNotAvailable, EspaceNotOpen, EspaceUnknown, PermissionNotOpen
from services.espaces.errors.structures import NotAManager, NotAttached, StructureUnknown
from services.espaces.errors.subscriptions import (
    RequesterDeactivated,
    SubscriptionExists,
    SubscriptionNotLive,
    SubscriptionNotPending,
    SubscriptionPending,
    SubscriptionUnknown,
)
from services.espaces.models.subscriptions import Subscription
from services.espaces.queries import attachments, subscription_lists
from services.espaces.queries.subscription_lists import SubscriptionFilter
from services.espaces.resources import Resources
from services.espaces.schemas import subscriptions as schemas
from services.espaces.use_cases import subscriptions
from services.espaces.use_cases.subscriptions import SubscriptionRequest

routes = Routes("subscriptions", description="Who has, or asks for, which permission in which espace")


class RequestBody(TypedDict):
    structure_id: int
    espace: str
    permissions: list[Permission]
    requested_on: date
    comment: str | None


class DecisionBody(TypedDict):
    subscription_ids: list[int]
    decision: str
    """APPROVE or REFUSE."""
    reason: str
    """Present in a refusal; the schema sees to it."""


@routes.get("/subscriptions", guard=PERSON)
@routes.arguments(schemas.SubscriptionQuery, location="query")
@routes.response(200, schemas.SubscriptionPage)
def list_my_subscriptions(query: SubscriptionFilter) -> Page:
    """List the caller's own subscriptions, in every status (E-10)."""
    with reading() as session:
        return subscription_lists.page_of_account(session, person(), query)


@routes.post(
    "/subscriptions",
    guard=PERSON,
    bounds=[bounds.REQUESTS],
    refuses=[
        StructureUnknown,
        NotAttached,
        EspaceUnknown,
        EspaceNotAvailable,
        EspaceNotOpen,
        PermissionNotOpen,
        SubscriptionExists,
        SubscriptionPending,
    ],
)
@routes.arguments(schemas.NewSubscription)
@routes.response(201, schemas.Subscriptions)
def request_subscriptions(body: RequestBody) -> dict[str, Sequence[Subscription]]:
    """Ask for a subscription to an espace (E-08), one for each permission."""
    request = SubscriptionRequest(
        structure_id=body["structure_id"],
        espace=body["espace"],
        permissions=body["permissions"],
        requested_on=body["requested_on"],
        comment=body["comment"] or "",
    )
    with writing() as session:
        return _listed(session, subscriptions.request_subscriptions(session, _catalogue(), person(), request))


@routes.get("/structures/<int:structure_id>/subscriptions", guard=PERSON, refuses=[StructureUnknown, NotAManager])
@routes.arguments(schemas.SubscriptionQuery, location="query")
@routes.response(200, schemas.ManagedSubscriptionPage)
def list_structure_subscriptions(query: SubscriptionFilter, structure_id: int) -> Page:
    """List the subscriptions of everyone, for the structure's managers."""
    with reading() as session:
        attachments.require_manager(session, person(), structure_id)
        return subscription_lists.page_of_structure(session, structure_id, query)


@routes.post(
    "/subscriptions/decisions",
    guard=PERSON,
    bounds=[bounds.DECISIONS],
    refuses=[SubscriptionUnknown, SubscriptionNotPending, RequesterDeactivated],
)
@routes.arguments(schemas.SubscriptionDecision)
@routes.response(200, schemas.Subscriptions)
def decide_subscriptions(body: DecisionBody) -> dict[str, Sequence[Subscription]]:
    """Approve or refuse, one or many at once, all or none (E-09)."""
    chosen = body["subscription_ids"]
    with writing() as session:
        if body["decision"] == "APPROVE":
            decided = subscriptions.approve(session, _catalogue(), person(), chosen)
        else:
            decided = subscriptions.refuse(session, _catalogue(), person(), chosen, body["reason"])
        return _listed(session, decided)


@routes.post("/subscriptions/removals", guard=PERSON, refuses=[SubscriptionUnknown, SubscriptionNotLive])
@routes.arguments(schemas.SubscriptionRemoval)
@routes.response(200, schemas.Subscriptions)
def remove_subscriptions(body: dict[str, list[int]]) -> dict[str, Sequence[Subscription]]:
    """Give up subscriptions of one's own, one or many at once, all or none (E-10)."""
    with writing() as session:
        removed = subscriptions.remove(session, _catalogue(), person(), body["subscription_ids"])
        return _listed(session, removed)


def _listed(session: Session, changed: Sequence[Subscription]) -> dict[str, Sequence[Subscription]]:
    """Return the changed subscriptions as an answer, which names the structure of each."""
    return {"items": subscription_lists.with_structures(session, changed)}


def _catalogue() -> Catalogue:
    available = resources(Resources)
    return available.catalogue
