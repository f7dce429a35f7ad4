"""One identity per test, on a database of its own."""

from collections.abc import Iterator

import pytest

from tests.services.identity.builders import Identity, identity_under_test


@pytest.fixture
def identity() -> Iterator[Identity]:
    with identity_under_test() as running:
        yield running


@pytest.fixture
def active(identity: Identity) -> Identity:
    """With one active account."""
    identity.active_account()
    return identity
