"""Reads of subscriptions: pages for holders and managers, live ones, and rows under a lock."""

from collections.abc import Collection, Sequence
from typing import TypedDict

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from chassis.storage.keyset import Page, page
from services.espaces.errors.subscriptions import SubscriptionUnknown
from services.espaces.models.subscriptions import LIVE, Subscription, SubscriptionStatus


class SubscriptionFilter(TypedDict):
    """Query arguments of the lists of subscriptions."""

    status: SubscriptionStatus | None
    after: str | None
    limit: int


def page_of_account(session: Session, account_id: int, query: SubscriptionFilter) -> Page:
    """Return a page of the account's subscriptions, in every status (E-10)."""
    return _page(session, select(Subscription).where(Subscription.account_id == account_id), query)


def page_of_structure(session: Session, structure_id: int, query: SubscriptionFilter) -> Page:
    """Return a page of the structure's subscriptions, each with its person loaded."""
    statement = select(Subscription).where(Subscription.structure_id == structure_id)
    return _page(session, statement.options(joinedload(Subscription.person)), query)


def _page(session: Session, statement: Select[Subscription], query: SubscriptionFilter) -> Page:
    if query["status"]:
        statement = statement.where(Subscription.status == query["status"])
    statement = statement.options(joinedload(Subscription.structure))
    return page(session, statement, Subscription.id, after=query["after"], limit=query["limit"])


def live(session: Session, account_id: int, structure_id: int, espace: str) -> Sequence[Subscription]:
    """Return the account's live subscriptions to one espace of the structure, in the order of their numbers."""
    own = _live(structure_id, [espace]).where(Subscription.account_id == account_id)
    return session.scalars(own.order_by(Subscription.id)).all()


def lock_live(session: Session, structure_id: int, espaces: Collection[str]) -> Sequence[Subscription]:
    """Return the live subscriptions to the structure's espaces, locked, in the order of their numbers.

    Waits for a transaction that is ending one of them; that one is then left out, as it is not live any more.
    """
    return session.scalars(_live(structure_id, espaces).order_by(Subscription.id).with_for_update()).all()


def _live(structure_id: int, espaces: Collection[str]) -> Select[Subscription]:
    return select(Subscription).where(
        Subscription.structure_id == structure_id,
        Subscription.espace.in_(espaces),
        Subscription.status.in_(sorted(LIVE)),
    )


def lock(session: Session, subscription_ids: Sequence[int]) -> list[Subscription]:
    """Return the subscriptions, locked, with their structures. Raises SubscriptionUnknown if one is missing."""
    # In the order of their numbers: two decisions on the same requests then wait for each other. In the order of the
    # input, each could hold a row that the other waits for.
    chosen = (
        select(Subscription)
        .where(Subscription.id.in_(subscription_ids))
        .options(joinedload(Subscription.structure))
        .order_by(Subscription.id)
    )
    subscriptions = list(session.scalars(chosen.with_for_update(of=Subscription)))
    if len(subscriptions) != len(set(subscription_ids)):
        raise SubscriptionUnknown
    return subscriptions


def with_structures(session: Session, subscriptions: Sequence[Subscription]) -> Sequence[Subscription]:
    """Return the subscriptions, each with its structure loaded."""
    ids = [subscription.id for subscription in subscriptions]
    chosen = select(Subscription).where(Subscription.id.in_(ids)).order_by(Subscription.id)
    # Rows of this transaction are in the session already, without their structure: only populate_existing adds it.
    loaded = chosen.options(joinedload(Subscription.structure)).execution_options(populate_existing=True)
    return session.scalars(loaded).all()
