"""What a worker counts, and what the small server shows of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy.orm import Session

from chassis.events.outbox import Event
from chassis.ground import metrics
from tests.chassis.wire import Wire, embedded, metric

ONE = {"producer": "identity"}


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with embedded(tmp_path) as made:
        yield made


@contextmanager
def shown(*, live: bool = True) -> Iterator[str]:
    """The address of the server."""
    server = metrics.serve("127.0.0.1", 0, lambda: live)
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("path", "live"), [("/live", False), ("/", True), ("/metrics/more", True), ("/live/", True)])
def test_a_worker_that_does_not_live_and_a_page_that_is_not_there_are_503(path: str, live: bool) -> None:
    with shown(live=live) as address:
        answer = requests.get(address + path, timeout=5)

    assert (answer.status_code, answer.text) == (503, "not live\n")


def test_a_worker_that_lives_says_so() -> None:
    with shown() as address:
        answer = requests.get(f"{address}/live", timeout=5)

    assert (answer.status_code, answer.text) == (200, "live\n")


def test_what_was_counted_is_shown_in_the_words_of_prometheus(wire: Wire) -> None:
    wire.producer.record(1)
    wire.relay()
    wire.deliver()

    with shown(live=False) as address:
        answer = requests.get(f"{address}/metrics", timeout=5)

    assert answer.headers["Content-Type"].startswith("text/plain")
    applied = metric("guichet_events_applied_total", **ONE)
    assert applied >= 1
    assert f'guichet_events_applied_total{{producer="identity"}} {applied}\n' in answer.text


def test_published_and_applied_events_are_counted(wire: Wire) -> None:
    published = metric("guichet_events_published_total")
    applied = metric("guichet_events_applied_total", **ONE)
    wire.producer.record(1, 2, 3)

    wire.relay()
    wire.relay()
    wire.deliver()

    assert metric("guichet_events_published_total") == published + 3
    assert metric("guichet_events_applied_total", **ONE) == applied + 3
    assert metric("guichet_followed_position", **ONE) == 3


def test_a_parked_event_is_counted(wire: Wire) -> None:
    def fails_for_two(session: Session, event: Event) -> None:
        if event.payload["account_id"] == 2:
            raise ValueError

    parked = metric("guichet_events_parked_total", **ONE)
    wire.producer.record(1, 2, 3)
    wire.relay()
    wire.handler = fails_for_two

    wire.deliver()

    assert metric("guichet_events_parked_total", **ONE) == parked + 1


def test_only_what_came_from_the_feed_instead_is_counted_as_healed(wire: Wire) -> None:
    healed = metric("guichet_events_healed_total", **ONE)
    wire.producer.record(1, 2, 3, 4)
    wire.relay()
    wire.inbox.receive(wire.feed.after(0)[:1])
    assert metric("guichet_events_healed_total", **ONE) == healed

    wire.inbox.catch_up("identity")

    assert metric("guichet_events_healed_total", **ONE) == healed + 3
