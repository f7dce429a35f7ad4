"""Tries of passwords and costly requests: counted, limited and forgiven (A-11)."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from chassis.storage.database import insert_or_lock
from services.identity.errors.sessions import WrongCredentials
from services.identity.models.history import Happening, Origin
from services.identity.models.tries import Limit, Tries
from services.identity.use_cases import history, locks

log = structlog.get_logger()


@dataclass(frozen=True, repr=False)
class Attempt:
    """Attempt to sign in with a password. The first two are None for an address without an account that can sign in."""

    account_id: int | None
    password_hash: str | None
    limits: Mapping[str, Limit]
    """Limits by key: from a known device that of the device alone, else the account's and the client's."""
    origin: Origin

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.limits)


def count_wrong_password(session: Session, attempt: Attempt) -> None:
    """Count a wrong password; during a lock, it neither prolongs the lock nor enters the history."""
    # Checked again under lock: sign-in may have been locked while the password was compared.
    counted, at = locked(session, *attempt.keys), now()
    if any(tries.is_locked(at) for tries in counted):
        for tries in counted:
            tries.ignore()
        return
    newly = [tries.fail(at, limit) for tries, limit in zip(counted, attempt.limits.values(), strict=True)]
    if any(newly):
        log.info(
            "sign-in locked",
            what=[limit.what for limit, one in zip(attempt.limits.values(), newly, strict=True) if one],
        )
    if attempt.account_id is None:
        return
    history.remember(session, attempt.account_id, Happening.SIGN_IN_FAILED, attempt.origin)
    if newly[0]:
        history.remember(session, attempt.account_id, Happening.SIGN_IN_LOCKED, attempt.origin)
        payload = {"account_id": attempt.account_id, "minutes": counted[0].locked_minutes(at)}
        record(session, "identity.sign_in_locked.v1", payload)


def admit(session: Session, attempt: Attempt, fresh_hash: str | None) -> int:
    """Return the account's number for the right password. `fresh_hash`: hash of the same password, to be stored.

    Raise WrongCredentials if others have locked sign-in, or the password was changed, meanwhile.
    """
    counted, at = locked(session, *attempt.keys), now()
    is_locked = any(tries.is_locked(at) for tries in counted)
    if attempt.account_id is None or attempt.password_hash is None or is_locked:
        raise WrongCredentials
    # The account's, and the client's; a known device is both, and what strangers tried stays counted.
    counted[0].forgive()
    counted[-1].welcome(at)
    confirm_password(session, attempt.account_id, attempt.password_hash, fresh_hash)
    return attempt.account_id


def forgive(session: Session, *keys: str) -> None:
    """Clear the tries under these keys, after a proof by the holder."""
    # To be called before the transaction locks the account, like every use of tries: one lock order for all.
    for row in locked(session, *keys):
        row.forgive()


def count(session: Session, limit: Limit, key: str) -> None:
    """Count a request that costs us more than its sender. Raise the limit's refusal."""
    [row] = locked(session, key)
    row.count_within(now(), limit)


def are_spent(session: Session, limit: Limit, key: str) -> bool:
    """Return whether `count` would refuse the next request."""
    [row] = locked(session, key)
    return row.is_spent(now(), limit)


def locked(session: Session, *keys: str) -> list[Tries]:
    """Return the rows of these keys, created if missing, and locked until the end of the transaction."""
    at = now()
    # Rows without effect are deleted on the way, unless another transaction holds them.
    outdated = select(Tries.key).where(Tries.forget_at <= at, Tries.key.not_in(keys)).with_for_update(skip_locked=True)
    session.execute(delete(Tries).where(Tries.key.in_(outdated)))
    # Locked in the order of keys in every transaction, so that no two wait for each other.
    rows = [{"key": key, "times": [], "total": 0, "locks": 0, "forget_at": at} for key in sorted(keys)]
    by_key = {tries.key: tries for tries in insert_or_lock(session, Tries, rows)}
    return [by_key[key] for key in keys]


def confirm_password(session: Session, account_id: int, checked_hash: str, fresh_hash: str | None) -> None:
    """Confirm a checked password, and store `fresh_hash`, if any, in place of the old hash.

    The check is slow and outside of any transaction: raise WrongCredentials when the password was changed meanwhile.
    """
    locks.account(session, account_id).confirm_password(checked_hash, fresh_hash)
