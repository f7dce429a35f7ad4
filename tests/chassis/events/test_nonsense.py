"""Feeds that answer nonsense are asked again later, and nothing of their answer is applied."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response, request

from chassis.calls.internal_client import InternalClient, RemoteRefusal
from chassis.events.feed import HttpFeed
from chassis.events.outbox import Event
from chassis.events.transport import Follower
from chassis.ground.problems import Unavailable
from tests.chassis.wire import FollowerCredentials, Wire, an_event, embedded
from tests.kit.serving import serving

GOOD = [an_event(position=position) for position in range(1, 5)]


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with embedded(tmp_path) as made:
        yield made


class Answering:
    """Feed that answers what a test says."""

    def __init__(self, *pages: Sequence[Event]) -> None:
        self._pages = list(pages)

    def after(self, position: int, *, after_id: uuid.UUID | None = None, wait: float = 0) -> Sequence[Event]:
        return self._pages.pop(0)


@pytest.mark.parametrize(
    "page",
    [
        GOOD[1:],
        [GOOD[0], GOOD[2]],
        [GOOD[1], GOOD[0]],
        [GOOD[0], GOOD[0]],
        [GOOD[0], replace(GOOD[1], name="structures.structure_created.v1")],
        [replace(GOOD[0], name="structures.structure_created.v1")],
        [replace(GOOD[0], position=2**53 - 1)],
    ],
    ids=["begins later", "hole", "going back", "twice", "of another producer", "all of another", "far ahead"],
)
def test_a_page_that_does_not_follow_on_what_is_known_is_not_applied(wire: Wire, page: Sequence[Event]) -> None:
    inbox = wire.new_inbox({"identity": Answering(page, GOOD)})
    follower = Follower("identity", inbox, 0)

    with pytest.raises(Unavailable):
        follower.run_once()
    assert (wire.effects(), wire.parked(), inbox.position("identity")) == ([], [], 0)

    assert follower.run_once()
    assert wire.effects() == [41] * 4


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>",
        b"",
        b"[]",
        b"{}",
        b'{"items": null}',
        b'{"items": 3}',
        b'{"items": [{}]}',
        b'{"items": [{"position": "1"}]}',
        b'{"items": [',
        b"null",
        b"\xff",
        b'{"items": ' + b"[" * 200_000,
        b'{"items": [' + b'{"payload": ' * 200_000,
    ],
)
def test_a_body_that_is_no_page_is_silence(body: bytes) -> None:
    with feed_of(lambda: Response(body, mimetype="application/json")) as feed:
        with pytest.raises(Unavailable):
            feed.after(0)
        with pytest.raises(Unavailable):
            feed.last()


def test_a_producer_of_the_version_before_is_asked_without_the_event_that_it_cannot_compare() -> None:
    def refuses_what_it_does_not_know() -> Response:
        if "after_id" in request.args:
            return Response(b'{"code": "invalid_input"}', 422, mimetype="application/problem+json")
        return Response(b'{"items": [], "last": 7}', mimetype="application/json")

    with feed_of(refuses_what_it_does_not_know) as feed:
        assert feed.after(3, after_id=uuid.uuid4()) == []
        assert feed.last(position=3, after_id=uuid.uuid4()) == 7


def test_only_the_refusal_of_a_feed_means_that_its_log_was_restored() -> None:
    for code in ("conflict", "", None, 7):
        body = json.dumps({"code": code}).encode()
        with (
            feed_of(lambda body=body: Response(body, 409, mimetype="application/json")) as feed,  # type: ignore[misc]
            pytest.raises(RemoteRefusal),
        ):
            feed.after(3, after_id=uuid.uuid4())


@contextmanager
def feed_of(answer: Callable[[], Response]) -> Iterator[HttpFeed]:
    """Feed over real HTTP, of a service that answers what a test says."""
    app = Flask("feed")
    app.add_url_rule("/internal/feed", view_func=answer)
    with serving(app) as url:
        yield HttpFeed(InternalClient(url, FollowerCredentials()))  # type: ignore[arg-type]
