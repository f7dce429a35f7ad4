"""Tries: their recent number under one key, and the consequences of too many (A-11)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.errors.throttling import TooManyPasswords, TooManyRequests, TooManySecretAnswers
from services.identity.models.base import Base

WELCOME = timedelta(days=30)
"""Time for which a client address is remembered for a successful sign-in."""
LAST = 1_000_000
"""Rank of a locked key: behind all others."""


@dataclass(frozen=True)
class Locks:
    """Lengths of locks: each in a row is twice as long as the one before."""

    shortest: timedelta
    longest: timedelta
    calm: timedelta
    """Time without a lock, from the end of the last one, after which the next one is short again."""


MINUTES = Locks(timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))
HOURS = Locks(timedelta(minutes=15), timedelta(hours=24), timedelta(days=7))
A_DAY = Locks(timedelta(hours=24), timedelta(hours=24), timedelta(hours=24))


@dataclass(frozen=True)
class Limit:
    """Limit of `most` tries of `what` `within` a time; any more are refused with `refusal`, or lock."""

    what: str
    most: int
    within: timedelta
    refusal: type[TooManyRequests] = TooManyRequests
    locks: Locks = MINUTES


WRONG_PASSWORDS = Limit("account", 10, timedelta(minutes=5))
WRONG_PASSWORDS_ON_DEVICE = Limit("device", WRONG_PASSWORDS.most, WRONG_PASSWORDS.within)
"""Wrong passwords from a known device, which strangers cannot lock; a stolen one has as many tries as a stranger."""
SECOND_FACTORS = Limit("second_factor", 10, timedelta(minutes=15), locks=HOURS)
SECOND_FACTORS_A_DAY = Limit("second_factor_a_day", 30, timedelta(hours=24), locks=A_DAY)
"""Wrong second factors of one method: of a million codes three are right at a time, and a guesser has all year."""
SECRET_ANSWERS = Limit("secret_answers", 10, timedelta(hours=24), TooManySecretAnswers)
"""Secret answers for one account: each link admits some, and there can be a link every few minutes."""
CURRENT_PASSWORDS = Limit("current_password", 10, timedelta(hours=24), TooManyPasswords)
"""Current passwords, entered in one session, which ends with the last of them. Counted for each session: neither may
the thief of one lock the holder out, nor does a lock of sign-in keep the holder from changing their password."""


class Tries(Base):
    """Tries under one key, such as `account:41`, `device:<hash>`, `stranger:<digest>` or `sign_ups:<digest>`."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    times: Mapped[list[int]] = mapped_column(default=list)
    """Times of the tries that count towards the limit, in milliseconds since 1970."""
    total: Mapped[int] = mapped_column(default=0)
    """Number of all tries, also of those that came during a lock."""
    locks: Mapped[int] = mapped_column(default=0)
    """Number of locks in a row."""
    locked_until: Mapped[datetime | None]
    welcome_until: Mapped[datetime | None]
    forget_at: Mapped[datetime] = mapped_column(index=True)
    """Time from which the row has no effect any more."""

    def is_locked(self, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def rank(self, at: datetime, limit: Limit) -> int:
        """Return the place in a queue: the fewer tries failed lately, the further in front."""
        if self.is_locked(at):
            return LAST
        # A recent sign-in is worth one failure: the holder's device goes ahead of a stranger's.
        return len(self._within(limit, at)) - (self.welcome_until is not None and at < self.welcome_until)

    def fail(self, at: datetime, limit: Limit) -> bool:
        """Count a failure. Return True if it is the one that locks."""
        self._count(at, limit)
        if len(self.times) < limit.most:
            return False
        self._lock(at, limit.locks)
        return True

    def count_within(self, at: datetime, limit: Limit) -> None:
        """Count a request that is not wrong but costs us something. Raise the limit's refusal."""
        earlier = self._within(limit, at)
        if len(earlier) >= limit.most:
            # Free again when only `most - 1` of the earlier ones still count.
            raise limit.refusal(_time(earlier[-limit.most]) + limit.within - at)
        self._count(at, limit)

    def is_spent(self, at: datetime, limit: Limit) -> bool:
        """Return whether no request of `count_within` is left."""
        return len(self._within(limit, at)) >= limit.most

    def ignore(self) -> None:
        """Count a try that came during a lock, and was not even checked."""
        # No time is noted: a stranger's tries must not prolong the holder's lock.
        self.total += 1

    def forgive(self) -> None:
        """Clear failures and lock: the tries were the right person's in the end."""
        self.times, self.locks, self.locked_until = [], 0, None

    def welcome(self, at: datetime) -> None:
        """Remember a successful sign-in for WELCOME."""
        self.welcome_until = at + WELCOME
        self._keep_until(self.welcome_until)

    def _count(self, at: datetime, limit: Limit) -> None:
        # A new list: SQLAlchemy notices no change inside a JSON value.
        self.times = [*self._within(limit, at), _milliseconds(at)]
        self.total += 1
        self._keep_until(at + limit.within)

    def _lock(self, at: datetime, lengths: Locks) -> None:
        if self.locked_until is None or at >= self.locked_until + lengths.calm:
            self.locks = 0
        self.locked_until = at + min(lengths.shortest * 2**self.locks, lengths.longest)
        self.locks, self.times = self.locks + 1, []
        self._keep_until(self.locked_until + lengths.calm)

    def locked_minutes(self, at: datetime) -> int:
        """Return the minutes until the lock ends, rounded up."""
        return math.ceil(((self.locked_until or at) - at) / timedelta(minutes=1))

    def _within(self, limit: Limit, at: datetime) -> Sequence[int]:
        return [time for time in self.times if _time(time) > at - limit.within]

    def _keep_until(self, at: datetime) -> None:
        # Never earlier: a lock or the memory of a sign-in may outlast a limit.
        self.forget_at = max(self.forget_at, at)


def device_key(token_hash: str, limit: Limit = WRONG_PASSWORDS_ON_DEVICE) -> str:
    # By the token and not by the number, which another device may have one day.
    return f"{limit.what}:{token_hash}"


def session_key(family_hash: str, limit: Limit = CURRENT_PASSWORDS) -> str:
    # By the family of its tokens and not by the number, which another session may have one day.
    return f"{limit.what}:{family_hash}"


def account_key(account_id: int, limit: Limit = WRONG_PASSWORDS) -> str:
    return f"{limit.what}:{account_id}"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
