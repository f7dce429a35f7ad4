"""Access tokens as the other services read them."""

import json
from datetime import timedelta

import pytest
import time_machine

from chassis.calls.tokens import LEEWAY_SECONDS, Caller, StaticKeys, TokenVerifier
from chassis.ground.clock import now
from chassis.ground.problems import Unauthenticated
from services.identity.tokens import signing_keys
from services.identity.tokens.access_tokens import AccessTokens
from services.identity.tokens.signing_keys import SigningKeys

KEYS = SigningKeys(json.dumps({"keys": [signing_keys.new_signing_key()]}))
VERIFIER = TokenVerifier(StaticKeys(KEYS.public))
TOKENS = AccessTokens(KEYS, person=timedelta(minutes=15), service=timedelta(minutes=10))


def test_a_persons_token_names_account_and_session() -> None:
    token = TOKENS.for_person(41, 7)

    caller = VERIFIER.verify(token.value)

    assert caller == Caller(account_id=41, session_id="7", issued_at=caller.issued_at)
    assert abs(now().timestamp() - caller.issued_at) < 60
    assert token.seconds == 900


def test_a_services_token_names_the_service_and_what_it_may_do() -> None:
    token = TOKENS.for_service("notifier", {"feed.read", "activation_links.issue"})

    caller = VERIFIER.verify(token.value)

    assert (caller.service, caller.account_id) == ("notifier", None)
    assert caller.scopes == {"feed.read", "activation_links.issue"}
    assert token.seconds == 600


def test_a_token_ends_with_its_time() -> None:
    token = TOKENS.for_person(41, 7)

    with time_machine.travel(now() + timedelta(seconds=900 + LEEWAY_SECONDS + 1)), pytest.raises(Unauthenticated):
        VERIFIER.verify(token.value)


def test_a_token_of_the_key_before_stays_valid() -> None:
    older, newer = signing_keys.new_signing_key(), signing_keys.new_signing_key()
    before = AccessTokens(
        SigningKeys(json.dumps({"keys": [older]})), person=timedelta(minutes=15), service=timedelta(minutes=10)
    )

    rotated = SigningKeys(json.dumps({"keys": [newer, older]}))

    token = before.for_person(41, 7).value
    assert TokenVerifier(StaticKeys(rotated.public)).verify(token).account_id == 41
