"""Calls from one service to another, through a network and a peer that misbehave."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

import pytest

from chassis.calls.internal_client import MAX_ANSWER_BYTES, Credentials, InternalClient, RemoteRefusal
from chassis.ground import correlation
from chassis.ground.problems import Unavailable
from chassis.ground.settings import Secret, ServiceSettings
from tests.kit.serving import accepting
from tests.kit.waiting import until

TOKEN = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 600}


class Peer:
    """Answers with what a test says, and remembers what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {"/oauth/token": (200, json.dumps(TOKEN).encode())}
        self.seen: list[tuple[str, str]] = []
        self.correlation_ids: list[str | None] = []
        self.url = ""
        self.trickles = False
        self.was_left = False

    def write(self, out: BufferedIOBase, body: bytes, path: str) -> None:
        """Write a body, at once or, but for the token, byte by byte."""
        step = 1 if self.trickles and path == "/x" else len(body) or 1
        try:
            for at in range(0, len(body), step):
                out.write(body[at : at + step])
        except OSError:  # whoever asked had enough
            self.was_left = True


@contextmanager
def running(peer: Peer) -> Iterator[None]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            peer.seen.append((self.path, self.headers.get("Authorization", "")))
            peer.correlation_ids.append(self.headers.get("X-Correlation-ID"))
            status, body = peer.answers[self.path]
            if status:
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "187")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                peer.write(self.wfile, body, self.path)
            self.close_connection = not status

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    peer.url = f"http://127.0.0.1:{server.server_port}"
    with accepting(server):
        yield


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    with running(made):
        yield made


def client(peer: Peer, **options: float) -> InternalClient:
    settings = ServiceSettings(
        database_url="sqlite://", identity_url=peer.url, client_secret=Secret("a-secret-of-this-test")
    )
    return InternalClient(peer.url, Credentials(settings, "notifier"), **options)


def test_a_token_is_asked_for_once_and_sent_with_each_call(peer: Peer) -> None:
    peer.answers["/x"] = (200, b'{"a": 1}')
    calling = client(peer)

    answers = [calling.post("/x", {}), calling.post("/x", {})]

    assert answers == [{"a": 1}] * 2
    assert [path for path, _ in peer.seen] == ["/oauth/token", "/x", "/x"]
    assert peer.seen[-1] == ("/x", "Bearer a-token")


def test_a_token_that_is_not_believed_any_more_is_asked_for_anew(peer: Peer) -> None:
    calling = client(peer)
    peer.answers["/x"] = (401, b"{}")
    with pytest.raises(Unavailable):
        calling.post("/x", {})
    peer.answers["/x"] = (200, b"{}")

    calling.post("/x", {})

    assert [path for path, _ in peer.seen].count("/oauth/token") == 2


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (503, b""),
        (429, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (409, b"null"),
        (404, b"<html>"),
        (0, b""),
        (200, b"[" * 200_000),
        (200, b'{"a":' * 200_000),
        (409, b'{"code":' + b"[" * 200_000),
        (200, b'{"a": "' + b"x" * MAX_ANSWER_BYTES + b'"}'),
    ],
    ids=lambda answer: f"{answer[0]} {answer[1][:20]!r}",
)
def test_a_peer_in_trouble_is_a_passing_fault(peer: Peer, answer: tuple[int, bytes]) -> None:
    peer.answers["/x"] = answer

    with pytest.raises(Unavailable):
        client(peer).post("/x", {})


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (200, b"[]"),
        (200, b"{}"),
        (200, b"[" * 200_000),
        (200, b'{"access_token": "a", "expires_in": "soon"}'),
        (0, b""),
    ],
)
def test_an_identity_in_trouble_is_a_passing_fault(peer: Peer, answer: tuple[int, bytes]) -> None:
    peer.answers |= {"/x": (200, b"{}"), "/oauth/token": answer}

    with pytest.raises(Unavailable):
        client(peer).post("/x", {})

    assert [path for path, _ in peer.seen] == ["/oauth/token"]


def test_a_peer_that_trickles_keeps_nobody(peer: Peer) -> None:
    """Every byte is in time for itself; there is no end of them before the caller goes."""
    peer.answers["/x"] = (200, b"x" * MAX_ANSWER_BYTES)
    peer.trickles = True

    with pytest.raises(Unavailable):
        client(peer, answer_seconds=0.2).post("/x", {})

    until(lambda: peer.was_left)


def test_a_connection_is_used_again_after_an_answer_of_any_length(peer: Peer) -> None:
    peer.answers["/x"] = (200, json.dumps({"a": "x" * 300_000}).encode())
    calling = client(peer)

    assert [len(calling.post("/x", {})["a"]) for _ in range(3)] == [300_000] * 3


def test_a_service_that_identity_does_not_know_is_told_so(peer: Peer) -> None:
    peer.answers["/oauth/token"] = (401, b'{"error": "invalid_client"}')

    with pytest.raises(RemoteRefusal) as refused:
        client(peer).post("/x", {})

    assert (refused.value.status, refused.value.code) == (401, "invalid_client")


def test_a_token_is_renewed_before_it_ends(peer: Peer) -> None:
    peer.answers |= {"/x": (200, b"{}"), "/oauth/token": (200, json.dumps({**TOKEN, "expires_in": 29}).encode())}
    calling = client(peer)

    calling.post("/x", {})
    calling.post("/x", {})

    assert [path for path, _ in peer.seen] == ["/oauth/token", "/x"] * 2


def test_a_call_belongs_to_the_action_that_it_was_made_for(peer: Peer) -> None:
    peer.answers["/x"] = (200, b"{}")

    with correlation.bound("an-action-of-a-person"):
        client(peer).post("/x", {})

    assert peer.correlation_ids[-1] == "an-action-of-a-person"


def test_a_peer_that_is_not_there_is_a_passing_fault() -> None:
    gone = Peer()
    gone.url = "http://127.0.0.1:9"

    with pytest.raises(Unavailable):
        client(gone).post("/x", {})


def test_a_peer_that_says_no_is_heard(peer: Peer) -> None:
    peer.answers["/x"] = (409, b'{"code": "account_already_active"}')

    with pytest.raises(RemoteRefusal) as refused:
        client(peer).post("/x", {})

    assert (refused.value.status, refused.value.code) == (409, "account_already_active")


def test_a_peer_that_says_no_for_now_says_until_when(peer: Peer) -> None:
    peer.answers["/x"] = (429, b'{"code": "mail_asked_too_soon"}')

    with pytest.raises(RemoteRefusal) as refused:
        client(peer).post("/x", {})

    assert (refused.value.code, refused.value.retry_after) == ("mail_asked_too_soon", "187")
