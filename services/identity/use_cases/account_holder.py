"""Holders of accounts: they act in an open session and, for the gravest changes, with the password just entered."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis.storage.database import now
from services.identity.errors.sessions import SessionEnded
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import Happening, Origin
from services.identity.models.sessions import AccountSession
from services.identity.use_cases import history, locks


@dataclass(frozen=True)
class Holder:
    """Person acting on their own account, in a session."""

    account_id: int
    session_id: int


@dataclass(frozen=True, repr=False)
class Proof:
    """Proof that a holder has just entered the right password, with the hash that it was compared with."""

    holder: Holder
    password_hash: str | None


def lock_account(session: Session, holder: Holder) -> Account:
    """Lock the holder's account. Raise SessionEnded: a token may outlive its session, and its account."""
    account = locks.find_account(session, Account.id == holder.account_id)
    opened = session.get(AccountSession, holder.session_id)
    if account is None or account.status is not AccountStatus.ACTIVE:
        raise SessionEnded
    if opened is None or opened.account_id != holder.account_id:
        raise SessionEnded
    # Under the lock that ending all sessions takes too: two sessions cannot both end each other.
    opened.must_be_open(now())
    return account


def lock_proven_account(session: Session, proof: Proof) -> Account:
    """Lock the holder's account. Raise SessionEnded, or CurrentPasswordWrong if the password was changed meanwhile."""
    account = lock_account(session, proof.holder)
    # It was compared before this transaction, since that is slow: of two changes at once, the second fails here.
    account.must_still_have_password(proof.password_hash)
    return account


def note_wrong_password(session: Session, holder: Holder, origin: Origin) -> None:
    history.remember(session, lock_account(session, holder).id, Happening.CURRENT_PASSWORD_WRONG, origin)
