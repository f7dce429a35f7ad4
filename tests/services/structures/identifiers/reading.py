"""Reading of identifiers by property tests."""

from collections.abc import Callable

from chassis.ground.problems import Refusal


def read_or_refused(read: Callable[[], str]) -> str | None:
    """Return the reading, or None for a refusal; any other exception is a fault."""
    try:
        return read()
    except Refusal:
        return None
