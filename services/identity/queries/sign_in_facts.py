"""Facts that decide on a sign-in with a password (A-04, A-10, A-11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.tries import Limit, Tries
from services.identity.queries import known_device


@dataclass(frozen=True, repr=False)
class SignInFacts:
    """Facts that a password is checked against; None for an address without an active account."""

    account_id: int | None = None
    password_hash: str | None = None
    device: str | None = None
    """Fingerprint of the known device's token, if the client showed one."""


@dataclass(frozen=True)
class TriesState:
    """State of all tries that count for an attempt."""

    is_locked: bool
    rank: int


def of(session: Session, login_email: str, device_tokens: Sequence[str]) -> SignInFacts:
    account = session.scalar(select(Account).where(Account.login_email == login_email))
    # Looked for in any case, or a made-up token would tell how long an unknown address takes.
    device = known_device.of(session, known_device.of_login_email(login_email), device_tokens)
    if account is None or account.status is not AccountStatus.ACTIVE:
        return SignInFacts()
    return SignInFacts(account.id, account.password_hash, device.token_hash if device else None)


def tries_state(session: Session, limits: Mapping[str, Limit]) -> TriesState:
    """Return the state of the tries under these keys."""
    at, rows = now(), session.scalars(select(Tries).where(Tries.key.in_(limits))).all()
    rank = sum(tries.rank(at, limits[tries.key]) for tries in rows)
    return TriesState(any(tries.is_locked(at) for tries in rows), rank)
