"""A second click on a form whose captcha or link the first one has used up gets the first one's answer."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import CAPTCHA, a_captcha, a_link_state, a_recovery_link, csrf_of
from tests.gateway.stubs import Stub
from tests.kit.people import ADDRESS

CAPTCHA_FIELDS = {"captcha_id": CAPTCHA, "captcha_answer": "xwwx8"}
PERSON = {"login_email": "camille@tilleuls.example", "last_name": "Durand", "first_name": "Camille", **ADDRESS}
NEW_PASSWORD = {"password": "une jument noire", "password_again": "une jument noire", "secret_answer": "Médor"}
FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "/compte/nouveau": ("/accounts", PERSON | CAPTCHA_FIELDS, "captcha_expired"),
    "/mot-de-passe/oublie": (
        "/recoveries/requests",
        {"login_email": PERSON["login_email"]} | CAPTCHA_FIELDS,
        "captcha_expired",
    ),
    "/activation/abc": (
        "/activations",
        NEW_PASSWORD | {"secret_question": "autre", "own_question": "Mon chien ?"},
        "activation_link_used",
    ),
    "/recuperation/abc": ("/recoveries", NEW_PASSWORD, "recovery_link_used"),
    "/adresse-de-connexion/abc": ("/login-emails", {}, "login_email_link_used"),
}
"""Page → identity's path, the form, and what identity says the second time."""


@pytest.fixture(autouse=True)
def _identity(identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)
    identity.answer("POST", "/activations/check", a_link_state())
    identity.answer("POST", "/recoveries/check", a_recovery_link())
    identity.answer_as_documented("POST", "/login-emails/check")


def send(client: FlaskClient, page: str, meanwhile: Callable[[], None], **changes: str) -> tuple[Any, Any]:
    """Send the form twice, with the cookie that it was shown with."""
    form = {**FORMS[page][1], "csrf_token": csrf_of(client, page)}
    shown_with = client.get_cookie("guichet")
    assert shown_with
    first = client.post(page, data=form)
    meanwhile()
    client.set_cookie("guichet", shown_with.value)
    return first, client.post(page, data={**form, **changes})


def main_of(answer: Any) -> str:
    """What a page says, without its menu and its forms' tokens."""
    return str(answer.text.partition("<main")[2])


def calls(identity: Stub, path: str) -> int:
    return [one.path for one in identity.received].count(path)


@pytest.mark.parametrize("page", FORMS)
def test_the_second_click_leads_where_the_first_does(client: FlaskClient, identity: Stub, page: str) -> None:
    path, _, code = FORMS[page]
    identity.answer_as_documented("POST", path)

    first, again = send(client, page, lambda: refuse(identity, path, code))

    assert first.status_code == again.status_code < 400
    assert (first.location, main_of(first)) == (again.location, main_of(again))
    assert calls(identity, path) == 1


@pytest.mark.parametrize("page", ["/compte/nouveau", "/mot-de-passe/oublie", "/recuperation/abc"])
def test_what_was_wrong_is_told_again_and_takes_no_second_try(
    client: FlaskClient, identity: Stub, page: str
) -> None:
    path = FORMS[page][0]
    field, code = (
        ("secret_answer", "recovery_answer_wrong") if page.startswith("/rec") else ("captcha_answer", "captcha_wrong")
    )
    identity.refuse("POST", path, 422, code, ({"field": field, "code": code},))

    first, again = send(client, page, lambda: refuse(identity, path, FORMS[page][2]))

    assert [first.status_code, again.status_code] == [422, 422]
    assert f'<a href="#{field}">' in again.text
    assert calls(identity, path) == 1


@pytest.mark.parametrize("page", ["/compte/nouveau", "/recuperation/abc"])
def test_another_try_is_one_though_the_first_was_a_moment_ago(client: FlaskClient, identity: Stub, page: str) -> None:
    path = FORMS[page][0]
    identity.answer_as_documented("POST", path)

    send(client, page, lambda: None, secret_answer="Médor II", captcha_answer="xwwx9")

    assert calls(identity, path) == 2


@pytest.mark.parametrize(("status", "code"), [(503, "unavailable"), (429, "too_many_requests")])
def test_what_will_pass_is_tried_again(client: FlaskClient, identity: Stub, status: int, code: str) -> None:
    identity.refuse("POST", "/accounts", status, code)

    first, again = send(client, "/compte/nouveau", lambda: identity.answer_as_documented("POST", "/accounts"))

    assert [first.status_code, again.status_code] == [status, 303]


def test_a_captcha_that_was_used_or_has_expired_is_told_as_such(client: FlaskClient, identity: Stub) -> None:
    refuse(identity, "/accounts", "captcha_expired")

    page = client.post(
        "/compte/nouveau", data=FORMS["/compte/nouveau"][1] | {"csrf_token": csrf_of(client, "/compte/nouveau")}
    ).text

    assert "Cette image a expiré, ou elle a déjà servi." in page
    assert "ne correspondent pas" not in page


def refuse(identity: Stub, path: str, code: str) -> None:
    """Refuse as identity does what was used up."""
    errors = ({"field": "captcha_answer", "code": code},) if code == "captcha_expired" else ()
    identity.refuse("POST", path, 422 if errors else 410, code, errors)
