"""Counting what is tried too often (A-11)."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from chassis.storage.database import insert_or_lock
from services.identity import errors
from services.identity.models import WRONG_PASSWORDS, Happening, Limit, Origin, Tries, account_key
from services.identity.use_cases.history import remember
from services.identity.use_cases.passwords import confirm_password

log = structlog.get_logger()


@dataclass(frozen=True, repr=False)
class Attempt:
    """Someone says a password for an account; for an address that nobody can sign in with, without the first two."""

    account_id: int | None
    password_hash: str | None
    account_key: str
    client_key: str
    client_limit: Limit
    origin: Origin

    @property
    def keys(self) -> tuple[str, str]:
        return self.account_key, self.client_key


def count_wrong_password(session: Session, attempt: Attempt) -> None:
    """Also one that was not looked at because sign-in was locked: that prolongs nothing and is no news."""
    at = now()
    account, client = _locked(session, *attempt.keys, at=at)
    if account.is_locked(at) or client.is_locked(at):
        account.ignore()
        client.ignore()
        return
    client_locked, account_locked = client.fail(at, attempt.client_limit), account.fail(at, WRONG_PASSWORDS)
    if client_locked or account_locked:
        log.info("sign-in locked", account=account_locked, client=client_locked)
    if attempt.account_id is not None:
        remember(session, attempt.account_id, Happening.SIGN_IN_FAILED, attempt.origin)
        if account_locked:
            remember(session, attempt.account_id, Happening.SIGN_IN_LOCKED, attempt.origin)
            told = {"account_id": attempt.account_id, "minutes": account.locked_minutes(at)}
            record(session, "identity.sign_in_locked.v1", told)


def admit(session: Session, attempt: Attempt, fresh_hash: str | None) -> int:
    """The password was right: the account's number. `fresh_hash`: of the same password, to be kept from now on.

    Raises WrongCredentials if others have locked sign-in, or the password was changed, meanwhile.
    """
    at = now()
    account, client = _locked(session, *attempt.keys, at=at)
    if attempt.account_id is None or attempt.password_hash is None or account.is_locked(at) or client.is_locked(at):
        raise errors.WrongCredentials
    account.forgive()
    client.welcome(at)
    confirm_password(session, attempt.account_id, attempt.password_hash, fresh_hash)
    return attempt.account_id


def forgive(session: Session, account_id: int, limit: Limit = WRONG_PASSWORDS) -> None:
    """Whatever was tried before: its holder has proved to be its holder in another way. Before anything else in the
    transaction, like every use of tries: so that nobody who has the account waits for them."""
    [account] = _locked(session, account_key(account_id, limit), at=now())
    account.forgive()


def spend(session: Session, limit: Limit, key: str) -> None:
    """Something that costs us more than it costs a stranger to ask for it. Raises the limit's refusal."""
    at = now()
    [asked] = _locked(session, key, at=at)
    asked.spend(at, limit)


def _locked(session: Session, *keys: str, at: datetime) -> list[Tries]:
    """The rows of these keys, made where there were none, and kept from others until the end of the transaction: in one
    order for everybody, so that nobody waits for another who waits for them."""
    forgotten = select(Tries.key).where(Tries.forget_at <= at, Tries.key.not_in(keys)).with_for_update(skip_locked=True)
    session.execute(delete(Tries).where(Tries.key.in_(forgotten)))
    rows = [{"key": key, "times": [], "total": 0, "locks": 0, "forget_at": at} for key in sorted(keys)]
    found = {tries.key: tries for tries in insert_or_lock(session, Tries, rows)}
    return [found[key] for key in keys]
