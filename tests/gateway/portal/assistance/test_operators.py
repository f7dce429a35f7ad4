"""Assistance: operators' pages and actions, against an identity that refuses."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.messages import refusals_to_operators
from gateway.portal.assistance.actions import ACTIONS
from tests.gateway.portal.builders import a_known_account, an_entry, csrf_of, listed, nobody_yet, sign_in
from tests.gateway.stubs import Stub

SEARCH, JEANNE = "/operateur", "/operateur/comptes/43"
ROUTES = {
    "courriel-d-activation": "/operator/accounts/43/activation-mail",
    "desactivation": "/operator/accounts/43/deactivation",
    "reactivation": "/operator/accounts/43/reactivation",
    "double-authentification": "/operator/accounts/43/second-factors-reset",
}
OPEN_ON: dict[str, dict[str, Any]] = {
    "courriel-d-activation": {"status": "EN_ATTENTE_ACTIVATION"},
    "desactivation": {"status": "ACTIF"},
    "reactivation": {"status": "DESACTIVE"},
    "double-authentification": {"has_second_factor": True},
}
CLOSED_ON: dict[str, tuple[dict[str, Any], str]] = {
    "courriel-d-activation": ({"status": "ACTIF"}, "account_already_active"),
    "desactivation": ({"status": "DESACTIVE"}, "account_not_active"),
    "reactivation": ({"status": "ACTIF"}, "account_not_deactivated"),
    "double-authentification": ({"has_second_factor": False}, "no_second_factor"),
}
PAGES = [SEARCH, JEANNE, *(f"{JEANNE}/{action}" for action in ROUTES)]


@pytest.fixture
def operator(client: FlaskClient, identity: Stub) -> FlaskClient:
    """Signed in. Jeanne's account can be looked at."""
    sign_in(client, role="operator")
    shows(identity, a_known_account())
    return client


def shows(identity: Stub, account: dict[str, Any], *entries: Any) -> None:
    identity.answer("GET", "/operator/accounts/43", account)
    identity.answer("GET", "/operator/accounts/43/history", listed(*entries))


def search(client: FlaskClient, **criteria: str) -> Any:
    return client.post(SEARCH, data={**criteria, "csrf_token": csrf_of(client, SEARCH)})


def do(client: FlaskClient, action: str) -> Any:
    values = {"is_holder": "y", "csrf_token": csrf_of(client, SEARCH)}
    return client.post(f"{JEANNE}/{action}", data=values)


def written(identity: Stub) -> list[tuple[str, str]]:
    return [(one.method, one.path) for one in identity.received if one.method != "GET"]


def without_token(page: str) -> str:
    """Return the page without the CSRF token of its forms, because that holds the time."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def told(code: str) -> str:
    return in_html(refusals_to_operators.TO_OPERATORS[code])


def in_html(sentence: str) -> str:
    return sentence.replace("'", "&#39;").replace(" :", "\N{NO-BREAK SPACE}:")


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_signs_in_first(client: FlaskClient, page: str) -> None:
    assert client.get(page).location == f"/connexion?suite={page}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [None, "manager"])
def test_for_whoever_is_no_operator_there_is_no_such_page(
    client: FlaskClient, identity: Stub, page: str, role: str | None
) -> None:
    sign_in(client, role=role)

    answer = client.get(page)

    assert answer.status_code == 404
    assert without_token(answer.text) == without_token(client.get("/rien").text)
    assert identity.received == []


@pytest.mark.parametrize("page", [JEANNE, *(f"{JEANNE}/{action}" for action in ROUTES)])
def test_whom_identity_does_not_take_for_an_operator_finds_no_such_page(
    operator: FlaskClient, identity: Stub, page: str
) -> None:
    identity.refuse("GET", "/operator/accounts/43", 403, "forbidden")

    assert operator.get(page).status_code == 404


def test_only_operators_have_the_link(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    nobody_yet(structures, espaces)
    pages = [client.get("/").text]
    for role in (None, "operator"):
        sign_in(client, role=role)
        pages.append(client.get("/").text)

    assert ['href="/operateur"' in page for page in pages] == [False, False, True]


@pytest.mark.parametrize("page", [SEARCH, *(f"{JEANNE}/{action}" for action in ROUTES)])
def test_a_forged_form_changes_nothing(operator: FlaskClient, identity: Stub, page: str) -> None:
    answer = operator.post(page, data={"name": "Morel", "is_holder": "y"})

    assert answer.status_code == 400
    assert identity.received == []


def test_an_account_that_is_none_is_a_page_that_is_none(operator: FlaskClient, identity: Stub) -> None:
    identity.refuse("GET", "/operator/accounts/43", 404, "account_unknown")
    for action in ROUTES:
        identity.refuse("POST", ROUTES[action], 404, "account_unknown")

    statuses = [operator.get(JEANNE).status_code, *(do(operator, action).status_code for action in ROUTES)]

    assert statuses == [404] * 5


@pytest.mark.parametrize("path", [f"{JEANNE}/effacement", "/operateur/comptes/x", f"/operateur/comptes/{2**70}"])
def test_what_operators_cannot_do_is_a_page_that_is_none(operator: FlaskClient, path: str) -> None:
    assert operator.get(path).status_code == 404


def test_a_search_without_criteria_finds_nobody(operator: FlaskClient, identity: Stub) -> None:
    answer = search(operator, name="   ")

    assert answer.status_code == 422
    assert "Donnez au moins un critère." in answer.text
    assert identity.received == []


def test_what_is_too_long_is_told_at_its_field(operator: FlaskClient, identity: Stub) -> None:
    answer = search(operator, email="x" * 255)

    assert answer.status_code == 422
    assert '<a href="#email">Cette valeur est trop longue.' in answer.text
    assert identity.received == []


def test_what_identity_cannot_search_for_is_told_at_its_field(operator: FlaskClient, identity: Stub) -> None:
    identity.refuse("GET", "/operator/accounts", 422, "invalid_input", ({"field": "account_id", "code": "invalid"},))

    answer = operator.get(search(operator, account_id="12 bis").location)

    assert answer.status_code == 422
    assert '<a href="#account_id">Cette valeur n&#39;a pas la forme attendue.' in answer.text
    assert 'value="12 bis"' in answer.text


def test_no_address_tells_whom_an_operator_searches(operator: FlaskClient, identity: Stub) -> None:
    identity.answer("GET", "/operator/accounts", {"items": [a_known_account()], "next": "MTI"})

    redirection = search(operator, email="jeanne@tilleuls", name="Morel", status="ACTIF")
    results = operator.get(redirection.location)
    query = identity.last().query
    older = operator.get(f"{redirection.location}&suite=MTI")

    assert redirection.status_code == 303
    assert "jeanne" not in redirection.location.lower()
    assert "morel" not in redirection.location.lower()
    assert query == "email=jeanne%40tilleuls&name=Morel&status=ACTIF"
    assert f"{redirection.location.replace('&', '&amp;')}&amp;suite=MTI" in results.text
    assert f'href="{JEANNE}"' in results.text
    assert identity.last().query == f"{query}&after=MTI"
    assert "1 compte sur cette page" in older.text


def test_a_search_that_another_has_replaced_shows_nothing_of_the_other(operator: FlaskClient, identity: Stub) -> None:
    identity.answer("GET", "/operator/accounts", listed(a_known_account()))
    first, second = search(operator, name="Durand"), search(operator, name="Morel")
    identity.received.clear()

    answer = operator.get(f"{first.location}&suite=MTI")

    assert first.location != second.location
    assert "Cette recherche n&#39;est plus gardée" in answer.text.replace("'", "&#39;")
    assert "Morel" not in answer.text
    assert identity.received == []


def test_what_was_searched_for_is_forgotten_with_the_session(operator: FlaskClient, identity: Stub) -> None:
    begun = search(operator, name="Morel")
    identity.answer("DELETE", "/sessions/current", status=204)

    operator.post("/deconnexion", data={"csrf_token": csrf_of(operator, SEARCH)})

    with operator.session_transaction() as session:
        assert "Morel" not in json.dumps(dict(session))
    sign_in(operator, role="operator")
    assert "Morel" not in operator.get(begun.location).text


def test_nobody_found_says_what_to_try(operator: FlaskClient, identity: Stub) -> None:
    identity.answer("GET", "/operator/accounts", listed())

    assert "Aucun compte ne correspond" in operator.get(search(operator, name="Zéro").location).text


@pytest.mark.parametrize("page", [JEANNE, f"{JEANNE}/desactivation"])
def test_while_identity_is_away_a_page_tries_again_by_itself(operator: FlaskClient, identity: Stub, page: str) -> None:
    identity.refuse("GET", "/operator/accounts/43", 503, "unavailable")

    answer = operator.get(page)

    assert (answer.status_code, answer.headers["Refresh"]) == (503, "3")


@pytest.mark.parametrize("action", ACTIONS)
def test_opening_an_act_says_what_will_happen_and_to_whom_and_does_nothing(
    operator: FlaskClient, identity: Stub, action: str
) -> None:
    shows(identity, a_known_account(**OPEN_ON[action]))

    answer = operator.get(f"{JEANNE}/{action}")

    assert answer.status_code == 200
    assert "Ce qui va se passer" in answer.text
    assert "Jeanne Morel" in answer.text
    assert written(identity) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_an_act_is_done_once_it_is_confirmed(operator: FlaskClient, identity: Stub, action: str) -> None:
    identity.answer("POST", ROUTES[action], status=204)

    answer = do(operator, action)

    assert (answer.status_code, answer.location) == (303, JEANNE)
    assert written(identity) == [("POST", ROUTES[action])]
    assert in_html(ACTIONS[action].done) in operator.get(JEANNE).text


@pytest.mark.parametrize("action", ACTIONS)
def test_a_second_click_is_told_what_it_finds(operator: FlaskClient, identity: Stub, action: str) -> None:
    state, code = CLOSED_ON[action]
    shows(identity, a_known_account(**state))
    identity.refuse("POST", ROUTES[action], 409, code)

    answer = do(operator, action)

    assert answer.status_code == 409
    assert told(code) in answer.text
    assert 'id="historique"' in answer.text


@pytest.mark.parametrize("action", ACTIONS)
def test_an_act_that_is_not_possible_is_not_offered(operator: FlaskClient, identity: Stub, action: str) -> None:
    state, code = CLOSED_ON[action]
    shows(identity, a_known_account(**state))

    answer = operator.get(f"{JEANNE}/{action}")

    assert answer.status_code == 409
    assert told(code) in answer.text
    assert f"{JEANNE}/{action}" not in operator.get(JEANNE).text


def test_a_mail_that_was_just_sent_is_not_sent_again(operator: FlaskClient, identity: Stub) -> None:
    identity.refuse("POST", ROUTES["courriel-d-activation"], 429, "mail_asked_too_soon")

    answer = do(operator, "courriel-d-activation")

    assert answer.status_code == 429
    assert "Un courriel vient d&#39;être envoyé à cette personne." in answer.text


@pytest.mark.parametrize("action", ACTIONS)
def test_an_act_that_identity_did_not_answer_may_have_been_done(
    operator: FlaskClient, identity: Stub, action: str
) -> None:
    identity.refuse("POST", ROUTES[action], 503, "unavailable")

    answer = do(operator, action)

    assert answer.status_code == 503
    assert "Réessayez dans quelques instants" in answer.text
    assert "Refresh" not in answer.headers


@pytest.mark.parametrize(("has_second_factor", "word"), [(True, "Oui"), (False, "Non")])
def test_an_operator_sees_whether_an_account_has_a_second_factor(
    operator: FlaskClient, identity: Stub, has_second_factor: bool, word: str
) -> None:
    shows(identity, a_known_account(has_second_factor=has_second_factor))

    assert f"<dt>Double authentification</dt><dd>{word}</dd>" in operator.get(JEANNE).text


@pytest.mark.parametrize("status", ["ACTIF", "DESACTIVE"])
@pytest.mark.parametrize("has_second_factor", [True, False])
def test_second_factors_are_taken_only_from_an_account_that_has_one(
    operator: FlaskClient, identity: Stub, status: str, has_second_factor: bool
) -> None:
    shows(identity, a_known_account(status=status, has_second_factor=has_second_factor))

    assert (f"{JEANNE}/double-authentification" in operator.get(JEANNE).text) is has_second_factor


def test_second_factors_are_not_taken_before_it_is_sure_who_asks(operator: FlaskClient, identity: Stub) -> None:
    shows(identity, a_known_account(has_second_factor=True))
    token = csrf_of(operator, SEARCH)

    answer = operator.post(f"{JEANNE}/double-authentification", data={"csrf_token": token})

    assert answer.status_code == 422
    assert '<a href="#is_holder">Vérifiez d&#39;abord qui fait la demande' in answer.text
    assert written(identity) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_the_account_of_an_operator_is_only_looked_at(operator: FlaskClient, identity: Stub, action: str) -> None:
    shows(identity, a_known_account(**OPEN_ON[action], operator_since="2026-11-24T08:00:00+00:00"))
    identity.refuse("POST", ROUTES[action], 403, "account_of_an_operator")

    account_page, opened, done = operator.get(JEANNE), operator.get(f"{JEANNE}/{action}"), do(operator, action)

    assert [answer.status_code for answer in (account_page, opened, done)] == [200, 403, 403]
    assert all(
        "Ce compte est celui d&#39;un opérateur" in one.text.replace("'", "&#39;")
        for one in (account_page, opened, done)
    )
    assert f"{JEANNE}/{action}" not in account_page.text


def test_an_erased_account_shows_its_number_and_nothing_to_do(operator: FlaskClient, identity: Stub) -> None:
    nobody = {"last_name": "", "first_name": "", "contact_email": "", "login_email": "43@effaced.invalid"}
    shows(identity, a_known_account(status="EFFACE", **nobody))

    page = operator.get(JEANNE).text

    assert "Compte n° 43" in page
    assert "43@effaced.invalid" not in page
    assert "Double authentification" not in page
    assert f"{JEANNE}/" not in page


def test_the_history_says_which_operator_did_what_and_leads_on(operator: FlaskClient, identity: Stub) -> None:
    entry = an_entry(what="deactivated", by_operator=True, done_by=2)
    shows(identity, a_known_account())
    identity.answer("GET", "/operator/accounts/43/history", {"items": [entry], "next": "MTI"})

    page = operator.get(f"{JEANNE}?suite=MTM").text

    assert "Compte désactivé." in page
    assert "Par un opérateur de Guichet (compte n° 2)" in page
    assert f"{JEANNE}?suite=MTI" in page
    assert identity.last().query == "after=MTM"


def test_names_stay_text(operator: FlaskClient, identity: Stub) -> None:
    hostile = a_known_account(first_name="<script>alert(1)</script>", login_email="<b>@x.fr")
    shows(identity, hostile)
    identity.answer("GET", "/operator/accounts", listed(hostile))

    pages = [operator.get(path).text for path in (JEANNE, f"{JEANNE}/desactivation")]
    pages.append(operator.get(search(operator, name="x").location).text)

    assert not any("<script>alert" in page or "<b>@" in page for page in pages)
