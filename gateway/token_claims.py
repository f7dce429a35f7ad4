"""Claims of an access token, read without verification.

Every service verifies tokens for itself and decides. The gateway only chooses the menu by them, and when to refresh.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

NO_CLAIMS: Mapping[str, object] = MappingProxyType({})


@lru_cache(maxsize=10_000)
def claims_of(token: str) -> Mapping[str, object]:
    """Return the claims of a JWT, or none at all when it is malformed."""
    _, _, rest = token.partition(".")
    payload = rest.partition(".")[0]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return NO_CLAIMS
    # The mapping is shared by all who ask for the same token, so it must not be changed.
    return MappingProxyType(claims) if isinstance(claims, dict) else NO_CLAIMS


def timestamp(token: str, claim: str) -> float:
    """Return a claim that holds a moment, in seconds since 1970; 0 when it is missing or not a number."""
    value = claims_of(token).get(claim)
    try:
        return float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
