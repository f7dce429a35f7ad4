"""What ends here, and what is emptied, when an account is erased (A-15)."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from chassis.events.erasure import erase_subject
from services.espaces.catalogue import Catalogue
from services.espaces.models import LIVE, EndReason, Subscription, SubscriptionStatus
from services.espaces.use_cases import end_subscriptions


def forget_person(session: Session, catalogue: Catalogue, account_id: int) -> None:
    """Safe to do twice. What the person opened stays open: it is the structure's. Numbers of the account stay."""
    live = select(Subscription).where(Subscription.account_id == account_id, Subscription.status.in_(sorted(LIVE)))
    found = session.scalars(live.order_by(Subscription.id).with_for_update()).all()
    end_subscriptions(session, catalogue, found, EndReason.ACCOUNT_ERASED)
    _empty_texts(session, account_id)
    erase_subject(session, account_id)


def _empty_texts(session: Session, account_id: int) -> None:
    """What the person wrote, and what was written to them; why a subscription ended is a code, and stays."""
    theirs, by_them = Subscription.account_id == account_id, Subscription.decided_by == account_id
    refused = Subscription.status == SubscriptionStatus.REFUSED
    session.execute(update(Subscription).where(theirs).values(comment=""))
    session.execute(update(Subscription).where(or_(theirs, by_them), refused).values(reason=None))
