"""What the gateway's tests are made of."""

from collections.abc import Callable
from typing import Any

from chassis.ground.settings import Secret
from gateway.clients.connection_pool import PoolLimits
from gateway.clients.identity import IdentityClient
from gateway.clients.structures import StructuresClient
from gateway.recent_writes import RecentWrites
from gateway.settings import Settings
from tests.gateway.stubs import NOBODY
from tests.kit import keys

SHORT = PoolLimits(connect_seconds=0.3, answer_seconds=0.3, at_once=2)
PATIENT = PoolLimits(connect_seconds=2.0, answer_seconds=10.0, at_once=2)


def a_token(account_id: int = 42) -> str:
    return keys.a_token(sub=str(account_id))


def bearer(account_id: int = 42) -> dict[str, str]:
    return {"Authorization": f"Bearer {a_token(account_id)}"}


def settings(**changes: Any) -> Settings:
    usual: dict[str, Any] = {
        "identity_url": NOBODY,
        "structures_url": NOBODY,
        "espaces_url": NOBODY,
        "notifier_url": NOBODY,
        "portal_url": "http://localhost",
        "session_secret": Secret("a-secret-of-this-test"),
        "secure_cookies": False,
    }
    return Settings(**usual | changes)


def a_structures_client(url: str, limits: PoolLimits = PATIENT, writes: RecentWrites | None = None) -> StructuresClient:
    return StructuresClient(url, writes or RecentWrites(), limits)


def an_identity_client(url: str, limits: PoolLimits = PATIENT, writes: RecentWrites | None = None) -> IdentityClient:
    return IdentityClient(url, writes or RecentWrites(), limits)


def a_clock(*readings: float) -> Callable[[], float]:
    """Shows these readings one after the other, then the last for ever."""
    waiting = list(readings)
    return lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0]
