"""Known device among the tokens that a client shows (A-11)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.models.accounts import Account
from services.identity.models.known_devices import KnownDevice
from services.identity.tokens import opaque_tokens


def of(session: Session, whose: ColumnElement[bool], tokens: Sequence[str]) -> KnownDevice | None:
    """Return the device of an account, chosen by `whose`; None if no token is of it, or none is good any more."""
    if not tokens:
        return None
    fingerprints = [opaque_tokens.fingerprint(token) for token in tokens]
    good = KnownDevice.token_hash.in_(fingerprints), KnownDevice.expires_at > now()
    return session.scalar(select(KnownDevice).where(whose, *good).order_by(KnownDevice.id).limit(1))


def of_login_email(login_email: str) -> ColumnElement[bool]:
    """Return the condition for devices of the account with this address."""
    return KnownDevice.account_id.in_(select(Account.id).where(Account.login_email == login_email))
