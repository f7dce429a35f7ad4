"""Facts that decide on a sign-in with a password (A-04, A-10, A-11)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import now
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.tries import Limit, Tries, account_key


@dataclass(frozen=True, repr=False)
class SignInFacts:
    """Facts that a password is checked against; both None for an address without an active account."""

    account_id: int | None = None
    password_hash: str | None = None

    @property
    def account_key(self) -> str | None:
        return account_key(self.account_id) if self.account_id is not None else None


@dataclass(frozen=True)
class TriesState:
    """State of the tries of an account and of a client together."""

    is_locked: bool
    rank: int


def of(session: Session, login_email: str) -> SignInFacts:
    account = session.scalar(select(Account).where(Account.login_email == login_email))
    if account is None or account.status is not AccountStatus.ACTIVE:
        return SignInFacts()
    return SignInFacts(account.id, account.password_hash)


def tries_state(session: Session, keys: Sequence[str], limit: Limit) -> TriesState:
    at, rows = now(), session.scalars(select(Tries).where(Tries.key.in_(keys))).all()
    return TriesState(any(tries.is_locked(at) for tries in rows), sum(tries.rank(at, limit) for tries in rows))
