"""Erasure of a person: their subscriptions end, and texts by and about them are emptied (A-15)."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.models.openings import EndReason
from services.espaces.models.subscriptions import LIVE, Subscription, SubscriptionStatus
from services.espaces.use_cases import subscriptions


def erase_person(session: Session, catalogue: Catalogue, account_id: int) -> None:
    """End the person's subscriptions and empty their texts; safe to do twice.

    Espaces opened by the person stay open, for the structure. Numbers of the account stay in their rows.
    """
    live = select(Subscription).where(Subscription.account_id == account_id, Subscription.status.in_(sorted(LIVE)))
    ending = session.scalars(live.order_by(Subscription.id).with_for_update()).all()
    subscriptions.end(session, catalogue, ending, EndReason.ACCOUNT_ERASED)
    _empty_texts(session, account_id)
    erase_subject(session, account_id)


def _empty_texts(session: Session, account_id: int) -> None:
    """Empty comments by the person, and reasons of refusals that they wrote or received."""
    theirs, by_them = Subscription.account_id == account_id, Subscription.decided_by == account_id
    # The reason of an end is a code, and no person's words: it stays.
    refused = Subscription.status == SubscriptionStatus.REFUSED
    session.execute(update(Subscription).where(theirs).values(comment=""))
    session.execute(update(Subscription).where(or_(theirs, by_them), refused).values(reason=None))
