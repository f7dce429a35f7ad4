"""Acting on one's own account: in a session that lasts, and, for what matters most, with the password just shown."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity import errors
from services.identity.models import Account, AccountSession, AccountStatus, Happening, Origin
from services.identity.use_cases.history import remember
from services.identity.use_cases.shared import locked_account


@dataclass(frozen=True)
class Holder:
    """Who acts on their own account, and in which session."""

    account_id: int
    session_id: int


@dataclass(frozen=True, repr=False)
class Proof:
    """A holder who has just shown their password, and the hash that it was compared with."""

    holder: Holder
    password_hash: str | None


def held_account(session: Session, holder: Holder) -> Account:
    """Kept from others. Raises SessionEnded: a token may outlive its session, and its account."""
    account = locked_account(session, Account.id == holder.account_id)
    opened = session.get(AccountSession, holder.session_id)
    if account is None or account.status is not AccountStatus.ACTIVE:
        raise errors.SessionEnded
    if opened is None or opened.account_id != holder.account_id:
        raise errors.SessionEnded
    opened.must_be_open(now())
    return account


def proved_account(session: Session, proof: Proof) -> Account:
    """The same; raises CurrentPasswordWrong when the password was changed since it was shown."""
    account = held_account(session, proof.holder)
    account.must_still_have_password(proof.password_hash)
    return account


def note_wrong_password(session: Session, holder: Holder, origin: Origin) -> None:
    remember(session, held_account(session, holder).id, Happening.CURRENT_PASSWORD_WRONG, origin)
