"""Asking for subscriptions, deciding on them, giving them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from chassis.events.outbox import record
from services.espaces import queries
from services.espaces.catalogue import Catalogue, Permission
from services.espaces.errors import (
    EspaceNotAvailable,
    EspaceNotOpen,
    SubscriptionExists,
    SubscriptionPending,
    SubscriptionUnknown,
)
from services.espaces.models import EndReason, Subscription, SubscriptionStatus
from services.espaces.use_cases.shared import add, check_not_erased, locked, subscription_facts, tell


@dataclass(frozen=True)
class SubscriptionRequest:
    structure_id: int
    espace: str
    permissions: list[Permission]
    requested_on: date
    comment: str


def request_subscriptions(
    session: Session, catalogue: Catalogue, account_id: int, wanted: SubscriptionRequest
) -> list[Subscription]:
    """E-08, all or none; one subscription per permission. Raises StructureUnknown, NotAttached, EspaceUnknown,
    EspaceNotAvailable, EspaceNotOpen, PermissionNotOpen, SubscriptionExists or SubscriptionPending."""
    check_not_erased(session, account_id)
    structure = locked(session, wanted.structure_id)
    queries.attachment(session, account_id, wanted.structure_id)
    espace = catalogue.find(wanted.espace)
    if espace.for_managers:
        raise EspaceNotAvailable
    opening = queries.openings(session, wanted.structure_id).get(espace.code)
    if opening is None:
        raise EspaceNotOpen
    opening.check_offers(wanted.permissions)
    _check_not_live(session, account_id, wanted)
    subscriptions = [_requested(account_id, wanted, permission) for permission in dict.fromkeys(wanted.permissions)]
    add(session, subscriptions, already=SubscriptionPending)
    told = {"comment": wanted.comment, "manager_ids": queries.manager_ids(session, wanted.structure_id)}
    facts = subscription_facts(structure, espace.label, subscriptions)
    record(session, "espaces.subscription_requested.v1", {**facts, **told})
    return subscriptions


def approve_subscriptions(
    session: Session, catalogue: Catalogue, account_id: int, subscription_ids: Sequence[int]
) -> list[Subscription]:
    """E-09, all or none. Raises SubscriptionUnknown, NotAManager or SubscriptionNotPending."""
    subscriptions = _locked_subscriptions(session, subscription_ids)
    for subscription in subscriptions:
        subscription.approve(queries.manager(session, account_id, subscription.structure_id))
    tell(session, catalogue, "espaces.subscription_approved.v1", subscriptions, {"approved_by": account_id})
    return subscriptions


def refuse_subscriptions(
    session: Session, catalogue: Catalogue, account_id: int, subscription_ids: Sequence[int], reason: str
) -> list[Subscription]:
    """E-09, all or none. Raises SubscriptionUnknown, NotAManager or SubscriptionNotPending."""
    subscriptions = _locked_subscriptions(session, subscription_ids)
    for subscription in subscriptions:
        subscription.refuse(queries.manager(session, account_id, subscription.structure_id), reason)
    outcome = {"reason": reason, "refused_by": account_id}
    tell(session, catalogue, "espaces.subscription_refused.v1", subscriptions, outcome)
    return subscriptions


def remove_subscriptions(
    session: Session, catalogue: Catalogue, account_id: int, subscription_ids: Sequence[int]
) -> list[Subscription]:
    """E-10: one's own, all or none. Raises SubscriptionUnknown, also for another's, or SubscriptionNotLive."""
    subscriptions = _locked_subscriptions(session, subscription_ids)
    if any(subscription.account_id != account_id for subscription in subscriptions):
        raise SubscriptionUnknown
    end_subscriptions(session, catalogue, subscriptions, EndReason.REMOVED_BY_HOLDER)
    return subscriptions


def end_subscriptions(
    session: Session, catalogue: Catalogue, subscriptions: Sequence[Subscription], reason: EndReason
) -> None:
    for subscription in subscriptions:
        subscription.end(reason)
    tell(session, catalogue, "espaces.subscription_ended.v1", subscriptions, {"reason": reason.value})


def _requested(account_id: int, wanted: SubscriptionRequest, permission: Permission) -> Subscription:
    return Subscription(
        account_id=account_id,
        structure_id=wanted.structure_id,
        espace=wanted.espace,
        permission=permission,
        status=SubscriptionStatus.PENDING,
        requested_on=wanted.requested_on,
        comment=wanted.comment,
    )


def _check_not_live(session: Session, account_id: int, wanted: SubscriptionRequest) -> None:
    for live in queries.live_subscriptions(session, wanted.structure_id, [wanted.espace], account_id):
        if live.permission in wanted.permissions:
            raise SubscriptionPending if live.status is SubscriptionStatus.PENDING else SubscriptionExists


def _locked_subscriptions(session: Session, subscription_ids: Sequence[int]) -> list[Subscription]:
    """In the order of their numbers, so that two decisions at once wait for each other instead of both failing."""
    chosen = (
        select(Subscription)
        .where(Subscription.id.in_(subscription_ids))
        .options(joinedload(Subscription.structure))
        .order_by(Subscription.id)
    )
    found = list(session.scalars(chosen.with_for_update(of=Subscription)))
    if len(found) != len(set(subscription_ids)):
        raise SubscriptionUnknown
    return found
