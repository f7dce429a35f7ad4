"""Passkeys of one's own account (A-14)."""

import json

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_passkey, sign_in
from tests.gateway.portal.second_factors import ANSWER, BASE, CODES, OPTIONS, has, post, sent
from tests.gateway.stubs import Stub


def test_a_passkey_is_registered_with_the_name_that_was_given(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.answer("POST", "/second-factors/passkey-options", {"options": OPTIONS}, 201)
    identity.answer("POST", "/second-factors/passkeys", {"recovery_codes": CODES, "passkey": a_passkey()}, 201)

    begun = post(client, f"{BASE}/cles/ajout", name="Clé du bureau", current_password="x")
    path = f"{BASE}/cles/enregistrement"
    done = post(client, path, f"{BASE}/cles/ajout", name="Clé du bureau", passkey=json.dumps(ANSWER))

    assert 'data-passkey="create"' in begun.text
    assert 'name="name" type="hidden" value="Clé du bureau"' in begun.text
    assert sent(identity) == {"name": "Clé du bureau", "credential": ANSWER}
    assert CODES[0] in client.get(done.location).text


def test_a_passkey_that_is_not_accepted_is_told_and_its_name_is_kept(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.refuse("POST", "/second-factors/passkeys", 422, "passkey_not_accepted")

    path = f"{BASE}/cles/enregistrement"
    answer = post(client, path, f"{BASE}/cles/ajout", name="Clé du bureau", passkey=json.dumps(ANSWER))

    assert answer.status_code == 422
    assert "n&#39;a pas pu être ajoutée" in answer.text
    assert 'value="Clé du bureau"' in answer.text


@pytest.mark.parametrize("page", ["nom", "retrait"])
def test_a_passkey_that_one_does_not_have_is_not_found(client: FlaskClient, identity: Stub, page: str) -> None:
    sign_in(client)
    has(identity, passkeys=1)

    assert client.get(f"{BASE}/cles/2/{page}").status_code == 404


def test_a_passkey_is_renamed_and_removed(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    has(identity, passkeys=1)
    identity.answer_as_documented("PATCH", "/second-factors/passkeys/1")
    identity.answer("POST", "/second-factors/passkeys/1/removal", status=204)

    renamed = post(client, f"{BASE}/cles/1/nom", name="Téléphone")
    renaming = sent(identity)
    removed = post(client, f"{BASE}/cles/1/retrait", current_password="x")

    assert (renamed.location, removed.location) == (BASE, BASE)
    assert renaming == {"name": "Téléphone"}
    assert sent(identity) == {"current_password": "x"}
