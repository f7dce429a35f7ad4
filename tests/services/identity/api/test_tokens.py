"""Tokens for services, in the words of RFC 6749, and the public keys."""

import base64

import pytest
from joserfc.jwk import KeySet

from chassis.calls.tokens import StaticKeys, TokenVerifier
from tests.services.identity.builders import Identity, bearer


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "stranger"}, 401, "invalid_client"),
        ({"client_secret": "structures-of-this-test"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"scope": "accounts.write"}, 400, "invalid_scope"),
    ],
)
def test_a_request_is_refused_in_the_words_of_the_rfc(
    identity: Identity, form: dict[str, str], status: int, error: str
) -> None:
    answer = identity.service_token(**form)

    assert (answer.status_code, answer.get_json()) == (status, {"error": error})
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_a_body_that_is_no_form_is_refused(identity: Identity) -> None:
    answer = identity.post("/oauth/token", {"grant_type": "client_credentials"})

    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})


def test_credentials_are_given_in_one_place(identity: Identity) -> None:
    form = {"grant_type": "client_credentials", "client_secret": "notifier-of-this-test"}

    answer = identity.client.post("/oauth/token", data=form, headers=basic("notifier", "notifier-of-this-test"))

    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})


def test_a_body_of_ten_megabytes_is_refused(identity: Identity) -> None:
    assert identity.client.post("/oauth/token", data={"scope": "x" * 10_000_000}).status_code == 413


def test_a_service_gets_a_token_for_its_scopes(identity: Identity) -> None:
    answer = identity.service_token()

    assert answer.status_code == 200
    token = answer.get_json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 600)
    assert token["scope"].split() == [
        "activation_links.issue",
        "contact_email_links.issue",
        "feed.read",
        "login_email_links.issue",
        "recovery_links.issue",
    ]


def test_a_service_can_use_http_basic(identity: Identity) -> None:
    form = {"grant_type": "client_credentials", "scope": "feed.read"}

    answer = identity.client.post("/oauth/token", data=form, headers=basic("structures", "structures-of-this-test"))

    assert answer.get_json()["scope"] == "feed.read"


def test_a_services_token_opens_the_feed_and_a_persons_does_not(identity: Identity) -> None:
    identity.active_account()

    by_service = identity.client.get("/internal/feed", headers=identity.own_service_headers("espaces"))
    by_person = identity.client.get("/internal/feed", headers=bearer(identity.sign_in()))

    assert (by_service.status_code, by_person.status_code) == (200, 403)


def test_the_published_keys_verify_the_tokens_and_hold_no_secret(identity: Identity) -> None:
    answer = identity.client.get("/.well-known/jwks.json")

    published = answer.get_json()
    verifier = TokenVerifier(StaticKeys(KeySet.import_key_set(published)))
    assert verifier.verify(identity.service_token().get_json()["access_token"]).service == "notifier"
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in published["keys"])
    assert answer.headers["Cache-Control"] == "public, max-age=300"
