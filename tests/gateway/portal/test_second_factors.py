"""Double authentification in the portal: what its pages send to identity, and what they say (A-14)."""

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_passkey, csrf_of, sign_in, tokens
from tests.gateway.stubs import Stub

BASE = "/mon-compte/double-authentification"
SECRET = "JBSWY3DPEHPK3PXP"
ADDRESS = f"otpauth://totp/Guichet:jeanne%40tilleuls.example?secret={SECRET}&issuer=Guichet"
CODES = [f"AAAA-BBBB-CCCC-DDDD-EEEE-000{number}" for number in range(10)]
EARLIER, LATER = "2026-11-24T08:00:00+00:00", "2026-11-24T08:05:00+00:00"
CHALLENGE = "the-challenge-of-this-test"
METHODS = ("passkey", "code", "recovery_code")
OPTIONS = {"challenge": "AAAA", "rpId": "localhost", "allowCredentials": []}
ANSWER = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}


def has(identity: Stub, *, app: bool = False, passkeys: int = 0, left: int = 10) -> None:
    found = {
        "authenticator_app": {"added_at": EARLIER} if app else None,
        "passkeys": [
            {
                "passkey_id": number,
                "name": f"Clé <{number}>",
                "added_at": EARLIER,
                "last_used_at": None,
            }
            for number in range(1, passkeys + 1)
        ],
        "recovery_codes_left": left,
    }
    identity.answer("GET", "/second-factors", found)


def needs(identity: Stub, *methods: str) -> None:
    step = {"second_factor_needed": True, "challenge": CHALLENGE, "expires_at": LATER, "methods": list(methods)}
    identity.answer("POST", "/sessions", step)
    identity.answer("POST", "/sessions/second-factor/passkey-options", {"options": OPTIONS}, 201)


def post(client: FlaskClient, path: str, csrf_from: str | None = None, **data: Any) -> Any:
    return client.post(path, data={"csrf_token": csrf_of(client, csrf_from or path), **data})


def first_step(client: FlaskClient, target: str = "") -> Any:
    data = {"login_email": "jeanne@tilleuls.example", "password": "x", "suite": target}
    return post(client, "/connexion", **data)


def sent(stub: Stub) -> Any:
    return json.loads(stub.last().body)


@pytest.mark.parametrize("path", ["", "/application/ajout", "/codes-de-secours", "/cles/ajout", "/cles/1/nom"])
def test_the_pages_are_for_people_who_are_signed_in(client: FlaskClient, path: str) -> None:
    answer = client.get(BASE + path)

    assert answer.status_code == 303
    assert answer.location.startswith("/connexion?suite=")


def test_the_password_alone_opens_nothing_where_a_second_factor_is_needed(client: FlaskClient, identity: Stub) -> None:
    needs(identity, *METHODS)

    answer = first_step(client)

    assert (answer.status_code, answer.location) == (303, "/connexion/seconde-etape")
    with client.session_transaction() as session:
        assert "access" not in session
    assert CHALLENGE not in answer.location


def test_the_second_step_without_the_first_leads_to_the_first(client: FlaskClient) -> None:
    answer = client.get("/connexion/seconde-etape")

    assert (answer.status_code, answer.location) == (303, "/connexion")


@pytest.mark.parametrize(
    ("methods", "asked", "shown"),
    [
        (METHODS, "", "Il reste à montrer votre clé d'accès"),
        (METHODS, "?moyen=application", "le code de votre application"),
        (METHODS, "?moyen=secours", "un de vos codes de secours"),
        (("code",), "?moyen=cle", "le code de votre application"),
        (("code",), "?moyen=<script>", "le code de votre application"),
    ],
)
def test_the_second_step_shows_one_way_and_names_the_others(
    client: FlaskClient, identity: Stub, methods: tuple[str, ...], asked: str, shown: str
) -> None:
    needs(identity, *methods)
    first_step(client)

    page = client.get("/connexion/seconde-etape" + asked).text

    assert shown in html.unescape(page)
    assert page.count('<li><a href="/connexion/seconde-etape?moyen=') == len(methods) - 1


def test_a_code_opens_the_session_and_leads_to_where_the_person_was_going(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code")
    identity.answer("POST", "/sessions/second-factor", tokens(), 201)
    first_step(client, target="/structures/7")

    answer = post(client, "/connexion/seconde-etape", code="123 456")

    assert (answer.status_code, answer.location) == (303, "/structures/7")
    assert sent(identity) == {"challenge": CHALLENGE, "code": "123 456"}
    with client.session_transaction() as session:
        assert session["access"]
        assert "second_step" not in session


def test_a_target_elsewhere_is_not_followed_after_the_second_step(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code")
    identity.answer("POST", "/sessions/second-factor", tokens(), 201)
    first_step(client, target="https://evil.test/")

    assert post(client, "/connexion/seconde-etape", code="123456").location == "/"


def test_a_wrong_code_is_told_and_not_shown_again(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code", "recovery_code")
    identity.refuse("POST", "/sessions/second-factor", 401, "second_factor_wrong")
    first_step(client)

    answer = post(client, "/connexion/seconde-etape", code="123456")

    assert answer.status_code == 401
    assert "Ce n&#39;est pas le bon code" in answer.text
    assert "123456" not in answer.text


def test_too_many_wrong_codes_are_told(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "code")
    identity.refuse("POST", "/sessions/second-factor", 429, "too_many_wrong_second_factors")
    first_step(client)

    answer = post(client, "/connexion/seconde-etape", code="123456")

    assert answer.status_code == 429
    assert "attendez un quart d&#39;heure" in answer.text


@pytest.mark.parametrize("method", ["code", "passkey"])
def test_when_the_second_step_has_ended_one_begins_again(client: FlaskClient, identity: Stub, method: str) -> None:
    needs(identity, method)
    first_step(client, target="/structures/7")
    token = csrf_of(client, "/connexion/seconde-etape")
    for path in ("/sessions/second-factor", "/sessions/second-factor/passkey-options"):
        identity.refuse("POST", path, 401, "second_step_ended")

    answer = client.post("/connexion/seconde-etape", data={"csrf_token": token, "code": "1", "passkey": "{}"})

    assert (answer.status_code, answer.location) == (303, "/connexion?suite=/structures/7")
    assert "Recommencez depuis le début" in client.get(answer.location).text
    assert client.get("/connexion/seconde-etape").location == "/connexion"


@pytest.mark.parametrize(
    ("left", "told"), [(9, "Il vous reste 9 codes"), (1, "Il ne vous reste qu"), (0, "Il ne vous reste aucun code")]
)
def test_who_uses_a_recovery_code_is_told_how_many_are_left(
    client: FlaskClient, identity: Stub, left: int, told: str
) -> None:
    needs(identity, "code", "recovery_code")
    identity.answer("POST", "/sessions/second-factor", tokens(), 201)
    has(identity, app=True, left=left)
    first_step(client, target=BASE)

    answer = post(client, "/connexion/seconde-etape?moyen=secours", recovery_code=CODES[0])

    assert told in client.get(answer.location).text


def test_a_passkey_answers_what_the_browser_was_asked(client: FlaskClient, identity: Stub) -> None:
    needs(identity, "passkey")
    identity.answer("POST", "/sessions/second-factor", tokens(), 201)
    first_step(client)
    page = client.get("/connexion/seconde-etape").text

    answer = post(client, "/connexion/seconde-etape", passkey=json.dumps(ANSWER))

    asked = re.search('data-options="([^"]*)"', page)
    assert asked
    assert json.loads(html.unescape(asked[1])) == OPTIONS
    assert '<script src="/static/passkeys.js" defer></script>' in page
    assert answer.status_code == 303
    assert sent(identity) == {"challenge": CHALLENGE, "passkey": ANSWER}


@pytest.mark.parametrize("answered", ["", "not json", "[" * 100_000])
def test_an_answer_that_is_none_is_told(client: FlaskClient, identity: Stub, answered: str) -> None:
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)

    answer = post(client, "/connexion/cle-d-acces", passkey=answered)

    assert answer.status_code in (200, 422)
    assert "Votre navigateur n&#39;a pas donné de clé d&#39;accès" in answer.text


def test_a_passkey_alone_opens_the_session(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)
    identity.answer("POST", "/sessions/passkey", tokens(), 201)

    answer = post(client, "/connexion/cle-d-acces", passkey=json.dumps(ANSWER), suite="/structures/7")

    assert (answer.status_code, answer.location) == (303, "/structures/7")
    assert sent(identity) == {"passkey": ANSWER}


def test_a_refused_passkey_is_told_and_another_question_is_asked(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)
    identity.refuse("POST", "/sessions/passkey", 401, "passkey_refused")

    answer = post(client, "/connexion/cle-d-acces", passkey=json.dumps(ANSWER))

    assert answer.status_code == 401
    assert "n&#39;est pas reconnue" in answer.text
    assert identity.last().path == "/sessions/passkey-options"


def test_an_app_is_shown_as_qr_code_and_as_text_and_stands_in_no_address(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.answer(
        "POST", "/second-factors/authenticator-app", {"secret": SECRET, "address": ADDRESS, "expires_at": LATER}, 201
    )

    answer = post(client, f"{BASE}/application/ajout", current_password="x")

    assert sent(identity) == {"current_password": "x"}
    assert "JBSW Y3DP EHPK 3PXP" in answer.text
    assert 'src="data:image/svg+xml' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_is_told_beside_its_field(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    fault = ({"field": "current_password", "code": "current_password_wrong"},)
    identity.refuse("POST", "/second-factors/authenticator-app", 422, "current_password_wrong", fault)

    answer = post(client, f"{BASE}/application/ajout", current_password="x")

    assert answer.status_code == 422
    assert 'id="current_password-erreur"' in answer.text


def confirm(client: FlaskClient, **data: str) -> Any:
    return post(client, f"{BASE}/application/confirmation", f"{BASE}/application/ajout", **data)


def test_a_wrong_first_code_shows_the_same_qr_code_again(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    fault = ({"field": "code", "code": "code_wrong"},)
    identity.refuse("POST", "/second-factors/authenticator-app/confirmation", 422, "code_wrong", fault)

    answer = confirm(client, code="123456", address=ADDRESS)

    assert answer.status_code == 422
    assert "JBSW Y3DP EHPK 3PXP" in answer.text
    assert "123456" not in answer.text


@pytest.mark.parametrize("address", ["", "https://evil.test/?secret=x", "otpauth://totp/x", "javascript:alert(1)"])
def test_only_an_address_for_an_app_is_drawn(client: FlaskClient, identity: Stub, address: str) -> None:
    sign_in(client)

    answer = confirm(client, code="", address=address)

    assert (answer.status_code, answer.location) == (303, f"{BASE}/application/ajout")


def test_an_app_that_waited_too_long_is_begun_again(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.refuse("POST", "/second-factors/authenticator-app/confirmation", 409, "authenticator_app_not_begun")

    answer = confirm(client, code="123456", address=ADDRESS)

    assert answer.location == f"{BASE}/application/ajout"
    assert "a expiré" in client.get(answer.location).text


def test_the_recovery_codes_are_shown_once_in_a_page_that_nobody_keeps(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    has(identity, app=True)
    identity.answer("POST", "/second-factors/authenticator-app/confirmation", {"recovery_codes": CODES}, 201)

    answer = confirm(client, code="123456", address=ADDRESS)

    assert [code for code in CODES if code not in answer.text] == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert CODES[0] not in client.get(BASE).text


def test_with_a_further_factor_there_are_no_codes_to_show(client: FlaskClient, identity: Stub) -> None:
    sign_in(client)
    identity.answer("POST", "/second-factors/authenticator-app/confirmation", {"recovery_codes": []}, 201)

    assert confirm(client, code="123456", address=ADDRESS).location == BASE


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({}, "<strong>inactive</strong>"),
        ({"app": True}, "<strong>active</strong>"),
        ({"passkeys": 1}, "Clé &lt;1&gt;"),
        ({"passkeys": 1, "left": 0}, "Il ne vous en reste aucun."),
        ({"app": True, "left": 1}, "Il ne vous en reste qu"),
    ],
)
def test_the_page_says_what_there_is(client: FlaskClient, identity: Stub, found: dict[str, Any], told: str) -> None:
    sign_in(client)
    has(identity, **found)

    assert told in client.get(BASE).text


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
    assert CODES[0] in done.text


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
