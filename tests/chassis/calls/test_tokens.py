"""Which tokens are believed, and what they open."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from joserfc.jwk import KeySet, OKPKey

from chassis.calls.tokens import (
    KEYS_FRESH_SECONDS,
    LEEWAY_SECONDS,
    REFETCH_SECONDS,
    JwksKeys,
    StaticKeys,
    TokenVerifier,
)
from chassis.ground.problems import Unauthenticated, Unavailable
from tests.chassis.toy import TOY
from tests.kit import keys
from tests.kit.keys import a_token
from tests.kit.serving import accepting
from tests.kit.support import ServiceUnderTest, service_under_test
from tests.kit.waiting import until

VERIFIER = TokenVerifier(StaticKeys(keys.KEYS))


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned() -> str:
    _, claims, _ = a_token().split(".")
    header = encoded(b'{"alg": "none", "kid": "test"}')
    return f"{header}.{claims}."


def signed_with_the_public_key() -> str:
    """As if our published key were a shared secret."""
    _, claims, _ = a_token().split(".")
    header = encoded(b'{"alg": "HS256", "kid": "test"}')
    signed = f"{header}.{claims}"
    return f"{signed}.{encoded(hmac.digest(keys.KEY.as_pem(private=False), signed.encode(), 'sha256'))}"


def a_foreign_key(kid: str = "test") -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": kid})


@pytest.mark.parametrize(
    "token",
    [
        unsigned(),
        signed_with_the_public_key(),
        a_token(key=a_foreign_key()),
        a_token(key=a_foreign_key("another")),
        a_token(exp=1),
        a_token(exp=None),
        a_token(aud="another-system"),
        a_token(iss="another-issuer"),
        a_token(sub=None),
        a_token(sub="not-a-number"),
        a_token(kind=None),
        a_token(kind="operator"),
        a_token()[:-4],
        "a.b.c",
        "",
        "é",
    ],
)
def test_a_token_that_identity_did_not_sign_for_us_now_is_not_believed(token: str) -> None:
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(token)


def test_a_good_token_says_who_calls() -> None:
    caller = VERIFIER.verify(a_token(sub="41", scope="a b"))

    assert (caller.account_id, caller.scopes, caller.session_id) == (41, frozenset({"a", "b"}), "1")


@pytest.fixture
def toy() -> Iterator[ServiceUnderTest]:
    with service_under_test(TOY) as running:
        yield running


def test_a_guard_opens_only_to_those_it_names(toy: ServiceUnderTest) -> None:
    def status(headers: dict[str, str], path: str = "/whoami") -> int:
        return toy.client.get(path, headers=headers).status_code

    assert status(toy.person_headers(41)) == 200
    assert status(toy.service_headers("espaces", "things.read")) == 200
    assert status(toy.service_headers("espaces", "feed.read")) == 403
    assert status({}) == 401
    assert status({"Authorization": "Basic eDp5"}) == 401
    assert status(toy.person_headers(41), "/internal/feed") == 403
    assert status(toy.service_headers("notifier", "feed.read"), "/internal/feed") == 200
    assert status(toy.service_headers("notifier", "feed.reader"), "/internal/feed") == 403
    assert status(toy.service_headers("espaces", "feed.read"), "/internal/feed") == 403


def test_only_a_person_with_the_role_is_an_operator(toy: ServiceUnderTest) -> None:
    callers = [a_token(role="operator"), a_token(role="Operator"), a_token(), a_token(kind="service", role="operator")]

    answers = [toy.client.post("/for-operators", headers={"Authorization": f"Bearer {token}"}) for token in callers]

    assert [answer.status_code for answer in answers] == [204, 403, 403, 403]


def test_a_good_token_is_not_enough_where_a_service_admits_its_caller_no_more() -> None:
    nobody = replace(TOY, admits=lambda database, caller: caller.account_id != 41)

    with service_under_test(nobody) as toy:
        answers = [toy.client.get("/whoami", headers=toy.person_headers(number)) for number in (41, 42)]

    assert [answer.status_code for answer in answers] == [401, 200]


def test_a_service_is_not_a_person(toy: ServiceUnderTest) -> None:
    answer = toy.client.post("/things/3", json={}, headers=toy.service_headers("notifier", "feed.read", "things.read"))

    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert toy.recorded() == []


class Identity:
    """Publishes keys, and counts how often it is asked; can fall silent."""

    def __init__(self) -> None:
        self.keys = KeySet([keys.KEY])
        self.asked = 0
        self.status = 200
        self.garbage: bytes | None = None
        self.may_answer = threading.Event()
        self.may_answer.set()


@contextmanager
def publishing(identity: Identity) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            identity.asked += 1
            identity.may_answer.wait(20)
            self.send_response(identity.status)
            self.end_headers()
            published = json.dumps(identity.keys.as_dict(private=False)).encode()
            self.wfile.write(identity.garbage or published)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    with accepting(server):
        yield f"http://127.0.0.1:{server.server_port}"


def test_keys_are_fetched_once_and_again_for_an_unknown_one_but_not_at_every_try() -> None:
    identity = Identity()
    moment = [0.0]
    with publishing(identity) as url:
        verifier = TokenVerifier(JwksKeys(url, clock=lambda: moment[0]))
        verifier.verify(a_token())
        verifier.verify(a_token())
        assert identity.asked == 1

        new = a_foreign_key("new")
        moment[0] += REFETCH_SECONDS - 1
        for _ in range(5):
            with pytest.raises(Unauthenticated):
                verifier.verify(a_token(key=new))
        assert identity.asked == 1

        identity.keys = KeySet([keys.KEY, new])
        moment[0] += REFETCH_SECONDS + 1
        verifier.verify(a_token(key=new))

    assert identity.asked == 2


def test_a_token_that_was_believed_is_not_any_more_once_it_has_ended() -> None:
    verifier = TokenVerifier(StaticKeys(keys.KEYS))
    with time_machine.travel(datetime(2026, 11, 24, tzinfo=UTC), tick=False) as moment:
        token = a_token(exp=int(time.time()) + 60)
        verifier.verify(token)
        moment.shift(60 + LEEWAY_SECONDS - 1)
        verifier.verify(token)

        moment.shift(2)
        with pytest.raises(Unauthenticated):
            verifier.verify(token)


def test_a_token_that_was_believed_is_not_any_more_once_its_key_is_withdrawn() -> None:
    identity = Identity()
    moment = [0.0]
    with publishing(identity) as url:
        verifier = TokenVerifier(JwksKeys(url, clock=lambda: moment[0]))
        token = a_token()
        verifier.verify(token)
        identity.keys = KeySet([a_foreign_key("new")])
        moment[0] += KEYS_FRESH_SECONDS + 1

        with pytest.raises(Unauthenticated):
            verifier.verify(token)


def test_who_invents_key_ids_makes_no_good_token_wait() -> None:
    identity = Identity()
    moment = [0.0]
    with publishing(identity) as url:
        verifier = TokenVerifier(JwksKeys(url, clock=lambda: moment[0]))
        verifier.verify(a_token())
        identity.may_answer.clear()
        moment[0] += REFETCH_SECONDS + 1
        forged = [
            threading.Thread(target=suppressed, args=(verifier, a_token(key=a_foreign_key(f"invented {n}"))))
            for n in range(3)
        ]
        for thread in forged:
            thread.start()
        until(lambda: identity.asked == 2, within=20)

        assert verifier.verify(a_token(sub="42")).account_id == 42

        assert all(thread.is_alive() for thread in forged)
        identity.may_answer.set()
        for thread in forged:
            thread.join()
    assert identity.asked == 2


def suppressed(verifier: TokenVerifier, token: str) -> None:
    with suppress(Unauthenticated):
        verifier.verify(token)


def test_tokens_stay_verifiable_while_identity_is_silent() -> None:
    identity = Identity()
    moment = [0.0]
    with publishing(identity) as url:
        verifier = TokenVerifier(JwksKeys(url, clock=lambda: moment[0]))
        verifier.verify(a_token())
        identity.status = 500
        moment[0] += 3600

        caller = verifier.verify(a_token())

    assert caller.account_id == 41


GARBAGE = [b"<html>", b"[]", b"{}", b"null", b'{"keys": []}', b'{"keys": [3]}', b'{"keys": [{"kty": "x"}]}']


@pytest.mark.parametrize("garbage", GARBAGE)
def test_an_answer_that_holds_no_keys_is_silence_and_neither_a_verdict_nor_the_end_of_known_keys(
    garbage: bytes,
) -> None:
    identity = Identity()
    moment = [0.0]
    with publishing(identity) as url:
        knowing, ignorant = (TokenVerifier(JwksKeys(url, clock=lambda: moment[0])) for _ in range(2))
        knowing.verify(a_token())
        identity.garbage = garbage
        moment[0] += 3600

        with pytest.raises(Unavailable):
            ignorant.verify(a_token())
        assert knowing.verify(a_token()).account_id == 41


def test_without_any_key_nobody_is_judged() -> None:
    with pytest.raises(Unavailable):
        TokenVerifier(JwksKeys("http://127.0.0.1:9")).verify(a_token())
