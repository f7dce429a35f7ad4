"""The keys that sign access tokens."""

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from services.identity.tokens import signing_keys
from services.identity.tokens.signing_keys import SigningKeys

PRIVATE = signing_keys.new_signing_key()


def without(key: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name not in names}


def a_set(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": keys})


def test_the_first_key_signs_and_all_are_published_without_their_secret() -> None:
    older = signing_keys.new_signing_key()

    keys = SigningKeys(a_set(PRIVATE, older))

    assert keys.signing.kid == PRIVATE["kid"]
    assert [key["kid"] for key in keys.jwks()["keys"]] == [PRIVATE["kid"], older["kid"]]
    assert all("d" not in key for key in keys.jwks()["keys"])
    assert not any(key.is_private for key in keys.public.keys)


def test_two_new_keys_have_two_names() -> None:
    assert signing_keys.new_signing_key()["kid"] != signing_keys.new_signing_key()["kid"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"keys": 1}',
        '{"keys": []}',
        '{"keys": ["x"]}',
        '{"keys": [{}]}',
        a_set(without(PRIVATE, "d")),
        a_set(without(PRIVATE, "kid")),
        a_set(without(PRIVATE, "x")),
        a_set({**PRIVATE, "d": "AAAA"}),
        a_set({**PRIVATE, "x": signing_keys.new_signing_key()["x"]}),
        a_set(PRIVATE, PRIVATE),
        a_set(dict(ECKey.generate_key("P-256").as_dict(private=True))),
        a_set({**PRIVATE, "exp": 4102444800}),
        a_set({**PRIVATE, "nbf": 4102444800}),
        a_set({**PRIVATE, "nbf": "2026-01-01"}),
        a_set(PRIVATE, {**signing_keys.new_signing_key(), "nbf": 1, "exp": 2}),
        a_set(dict(OKPKey.generate_key("X25519", parameters={"kid": "x"}).as_dict(private=True))),
    ],
)
def test_anything_but_named_private_ed25519_keys_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JWK Set|Ed25519|kid|exp|nbf"):
        SigningKeys(text)
