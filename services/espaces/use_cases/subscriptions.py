"""Subscriptions: requests, the managers' decisions, removal by the holder, and their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Permission
from services.espaces.errors.espaces import EspaceNotAvailable, EspaceNotOpen
from services.espaces.errors.subscriptions import SubscriptionExists, SubscriptionPending, SubscriptionUnknown
from services.espaces.models.openings import EndReason
from services.espaces.models.subscriptions import Subscription, SubscriptionStatus
from services.espaces.queries import active_openings, attachments, people, structures, subscription_lists
from services.espaces.use_cases import events, locks


@dataclass(frozen=True)
class SubscriptionRequest:
    structure_id: int
    espace: str
    permissions: list[Permission]
    requested_on: date
    comment: str


def request_subscriptions(
    session: Session, catalogue: Catalogue, account_id: int, request: SubscriptionRequest
) -> list[Subscription]:
    """Request all permissions or none, one subscription for each (E-08).

    Raises StructureUnknown, NotAttached, EspaceUnknown, EspaceNotAvailable, EspaceNotOpen, PermissionNotOpen,
    SubscriptionExists or SubscriptionPending.
    """
    locks.check_not_erased(session, account_id)
    # Locked: the handler that closes openings writes this row first, and so cannot miss the rows inserted here.
    structure = structures.get(session, request.structure_id, for_update=True)
    attachments.require(session, account_id, request.structure_id)
    espace = catalogue.find(request.espace)
    # The managers' espaces come with the role: nobody subscribes to them (E-04).
    if espace.for_managers:
        raise EspaceNotAvailable
    opening = active_openings.by_espace(session, request.structure_id).get(espace.code)
    if opening is None:
        raise EspaceNotOpen
    opening.check_offers(request.permissions)
    _check_not_live(session, account_id, request)
    subscriptions = [_pending(account_id, request, permission) for permission in dict.fromkeys(request.permissions)]
    locks.insert_unique(session, subscriptions, refusal=SubscriptionPending)
    managers = attachments.manager_ids(session, request.structure_id)
    facts = events.subscription_facts(structure, espace.label, subscriptions)
    details = {"comment": request.comment, "manager_ids": managers}
    record(session, "espaces.subscription_requested.v1", {**facts, **details})
    return subscriptions


def approve(
    session: Session, catalogue: Catalogue, account_id: int, subscription_ids: Sequence[int]
) -> list[Subscription]:
    """Approve all requests or none (E-09).

    Raises SubscriptionUnknown, SubscriptionNotPending or RequesterDeactivated.
    """
    subscriptions = subscription_lists.lock(session, subscription_ids)
    for subscription in subscriptions:
        subscription.approve(attachments.manager_of(session, account_id, subscription))
    people.check_all_active(session, {subscription.account_id for subscription in subscriptions})
    outcome = {"approved_by": account_id}
    events.record_by_person(session, catalogue, "espaces.subscription_approved.v1", subscriptions, outcome)
    return subscriptions


def refuse(
    session: Session, catalogue: Catalogue, account_id: int, subscription_ids: Sequence[int], reason: str
) -> list[Subscription]:
    """Refuse all requests or none (E-09). Raises SubscriptionUnknown or SubscriptionNotPending."""
    subscriptions = subscription_lists.lock(session, subscription_ids)
    for subscription in subscriptions:
        subscription.refuse(attachments.manager_of(session, account_id, subscription), reason)
    outcome = {"reason": reason, "refused_by": account_id}
    events.record_by_person(session, catalogue, "espaces.subscription_refused.v1", subscriptions, outcome)
    return subscriptions


def remove(
    session: Session, catalogue: Catalogue, account_id: int, subscription_ids: Sequence[int]
) -> list[Subscription]:
    """End all of the holder's subscriptions or none (E-10).

    Raises SubscriptionUnknown, also for another person's, or SubscriptionNotLive.
    """
    subscriptions = subscription_lists.lock(session, subscription_ids)
    # Another person's subscription is answered like a missing one: its number must reveal nothing.
    if any(subscription.account_id != account_id for subscription in subscriptions):
        raise SubscriptionUnknown
    end(session, catalogue, subscriptions, EndReason.REMOVED_BY_HOLDER)
    return subscriptions


def end(session: Session, catalogue: Catalogue, subscriptions: Sequence[Subscription], reason: EndReason) -> None:
    for subscription in subscriptions:
        subscription.end(reason)
    outcome = {"reason": reason.value}
    events.record_by_person(session, catalogue, "espaces.subscription_ended.v1", subscriptions, outcome)


def _pending(account_id: int, request: SubscriptionRequest, permission: Permission) -> Subscription:
    return Subscription(
        account_id=account_id,
        structure_id=request.structure_id,
        espace=request.espace,
        permission=permission,
        status=SubscriptionStatus.PENDING,
        requested_on=request.requested_on,
        comment=request.comment,
    )


def _check_not_live(session: Session, account_id: int, request: SubscriptionRequest) -> None:
    """Raise SubscriptionPending or SubscriptionExists for a permission with a live subscription."""
    for subscription in subscription_lists.live(session, account_id, request.structure_id, request.espace):
        if subscription.permission in request.permissions:
            is_pending = subscription.status is SubscriptionStatus.PENDING
            raise SubscriptionPending if is_pending else SubscriptionExists
