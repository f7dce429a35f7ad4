"""Correlation id: it follows a person's action through HTTP calls, events and logs."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

HEADER = "X-Correlation-ID"
_SHAPE = re.compile(r"[A-Za-z0-9-]{8,64}")


def current() -> str:
    """Return the id of the current action, or a new one outside any."""
    return str(structlog.contextvars.get_contextvars().get("correlation_id") or uuid.uuid4())


@contextmanager
def bound(correlation_id: str | None) -> Iterator[str]:
    """Bind `correlation_id` to the block. A missing or malformed one is replaced, since it is copied into logs."""
    accepted = correlation_id if correlation_id and _SHAPE.fullmatch(correlation_id) else str(uuid.uuid4())
    with structlog.contextvars.bound_contextvars(correlation_id=accepted):
        yield accepted
