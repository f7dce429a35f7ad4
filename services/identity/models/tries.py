"""Tries: how often something was tried under one key lately, and what follows when that is too often (A-11)."""

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.errors.throttling import TooManyPasswords, TooManyRequests
from services.identity.models.base import Base

SHORTEST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(minutes=15)
CALM = timedelta(hours=1)
"""After a lock and as long again without another, the next one is short again."""
WELCOME = timedelta(days=30)
"""How long a client address is known as one from which somebody signed in."""
LAST = 1_000_000
"""The rank of what is locked: behind everyone else."""
IPV6_NETWORK_BITS = 64
"""What one subscriber is given: counting single addresses would let each try come from another."""


@dataclass(frozen=True)
class Limit:
    """`most` tries of `what` are let pass `within` a time."""

    what: str
    most: int
    within: timedelta
    refusal: type[TooManyRequests] = TooManyRequests


WRONG_PASSWORDS = Limit("account", 10, timedelta(minutes=5))
CURRENT_PASSWORDS = Limit("current_password", 10, timedelta(minutes=5), TooManyPasswords)
"""Given again by who is signed in. Counted apart: a lock of sign-in must not keep the holder from changing their
password, nor may whoever has a stolen session lock the holder out."""


class Tries(Base):
    """What was tried under one key: `account:41`, `stranger:<digest>`, `client:<digest>`, `sign_ups:<digest>` …"""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    times: Mapped[list[int]] = mapped_column(default=list)
    """Of those that count towards the limit, in milliseconds since 1970."""
    total: Mapped[int] = mapped_column(default=0)
    """Of all, also of those that came while it was locked."""
    locks: Mapped[int] = mapped_column(default=0)
    """In a row."""
    locked_until: Mapped[datetime | None]
    welcome_until: Mapped[datetime | None]
    forget_at: Mapped[datetime] = mapped_column(index=True)
    """When it says nothing any more."""

    def is_locked(self, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def rank(self, at: datetime, limit: Limit) -> int:
        """Where it stands when there is a queue: the fewer tries failed lately, the further in front."""
        if self.is_locked(at):
            return LAST
        return len(self._within(limit, at)) - (self.welcome_until is not None and at < self.welcome_until)

    def fail(self, at: datetime, limit: Limit) -> bool:
        """Whether this failure is the one that locks it."""
        self._count(at, limit)
        if len(self.times) < limit.most:
            return False
        self._lock(at)
        return True

    def spend(self, at: datetime, limit: Limit) -> None:
        """For what is not wrong but costs us something. Raises the limit's refusal."""
        earlier = self._within(limit, at)
        if len(earlier) >= limit.most:
            raise limit.refusal(_time(earlier[-limit.most]) + limit.within - at)
        self._count(at, limit)

    def ignore(self) -> None:
        """A try that came while it was locked, and was not even looked at."""
        self.total += 1

    def forgive(self) -> None:
        """Whoever tried was the right one in the end."""
        self.times, self.locks, self.locked_until = [], 0, None

    def welcome(self, at: datetime) -> None:
        """Somebody signed in."""
        self.welcome_until = at + WELCOME
        self._keep_until(self.welcome_until)

    def _count(self, at: datetime, limit: Limit) -> None:
        self.times = [*self._within(limit, at), _milliseconds(at)]
        self.total += 1
        self._keep_until(at + limit.within)

    def _lock(self, at: datetime) -> None:
        """Twice as long each time."""
        if self.locked_until is None or at >= self.locked_until + CALM:
            self.locks = 0
        self.locked_until = at + min(SHORTEST_LOCK * 2**self.locks, LONGEST_LOCK)
        self.locks, self.times = self.locks + 1, []
        self._keep_until(self.locked_until + CALM)

    def locked_minutes(self, at: datetime) -> int:
        """How long it is still locked."""
        return math.ceil(((self.locked_until or at) - at) / timedelta(minutes=1))

    def _within(self, limit: Limit, at: datetime) -> Sequence[int]:
        return [time for time in self.times if _time(time) > at - limit.within]

    def _keep_until(self, at: datetime) -> None:
        self.forget_at = max(self.forget_at, at)


def account_key(account_id: int, limit: Limit = WRONG_PASSWORDS) -> str:
    return f"{limit.what}:{account_id}"


def client_network(address: str) -> str | None:
    """What one client can try from: its IPv4 address, or its IPv6 network. None for what is no address."""
    try:
        client = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped:
        return str(client.ipv4_mapped)
    if isinstance(client, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((client, IPV6_NETWORK_BITS), strict=False))
    return str(client)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
