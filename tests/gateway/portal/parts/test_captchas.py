"""Captcha of a form: another image loses no input, and an expired image is never shown."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.portal.builders import CAPTCHA, a_captcha, csrf_of
from tests.gateway.stubs import Stub

PAGE = "/compte/nouveau"
OTHER = "0190a0b0-0000-7000-8000-000000000002"
TYPED = {
    "login_email": "camille@tilleuls.example",
    "contact_email": "contact@tilleuls.example",
    "last_name": "D\u2019Août",
    "first_name": "Camille \U00020bb7",
    "street": "10 rue du Centre",
    "postcode": "1000",
    "town": "Bruxelles",
    "country": "BE",
    "captcha_answer": "xwwx8",
}


class Fields(HTMLParser):
    """Parser for the values that a browser would send with a page's form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self._select = own.get("name") or "" if tag == "select" else self._select
        if tag == "input" and own.get("name"):
            self.values[str(own["name"])] = own.get("value") or ""
        if tag == "option" and "selected" in own:
            self.values[self._select] = own.get("value") or ""


@pytest.fixture
def token(client: FlaskClient, identity: Stub) -> str:
    """Open the page with the usual captcha; identity's next captcha is another."""
    identity.answer("POST", "/captchas", a_captcha(), 201)
    token = csrf_of(client, PAGE)
    identity.answer("POST", "/captchas", {**a_captcha(), "captcha_id": OTHER}, 201)
    return token


def send(client: FlaskClient, token: str, **changes: Any) -> tuple[TestResponse, dict[str, str]]:
    """Send the form; return the answer and the values of its form."""
    captcha = {"captcha_id": CAPTCHA, "captcha_until": "9999999999"}
    answer = client.post(PAGE, data={**TYPED, **captcha, "csrf_token": token, **changes})
    return answer, Fields(answer.text).values


def without_captcha(values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in TYPED if name != "captcha_answer"}


TYPED_ALL = without_captcha(TYPED)


def test_another_image_keeps_every_word_and_leads_back_to_the_captcha(client: FlaskClient, token: str) -> None:
    answer, values = send(client, token, autre_image="oui", last_name="", postcode="")

    assert answer.status_code == 200
    assert without_captcha(values) == {**TYPED_ALL, "last_name": "", "postcode": ""}
    assert (values["captcha_id"], values["captcha_answer"]) == (OTHER, "")
    assert f'formaction="{PAGE}#captcha"' in answer.text
    assert "Erreur" not in answer.text


def test_after_a_wrong_answer_everything_is_kept_but_the_captcha(
    client: FlaskClient, identity: Stub, token: str
) -> None:
    identity.refuse("POST", "/accounts", 422, "captcha_wrong", ({"field": "captcha_answer", "code": "captcha_wrong"},))

    answer, values = send(client, token)

    assert answer.status_code == 422
    assert without_captcha(values) == TYPED_ALL
    assert (values["captcha_id"], values["captcha_answer"]) == (OTHER, "")


def test_what_is_refused_before_the_captcha_is_looked_at_leaves_it_as_it_is(
    client: FlaskClient, identity: Stub, token: str
) -> None:
    identity.refuse("POST", "/accounts", 422, "invalid_input", ({"field": "login_email", "code": "not_an_email"},))

    answer, values = send(client, token)

    assert answer.status_code == 422
    assert {**without_captcha(values), "captcha_answer": values["captcha_answer"]} == TYPED
    assert values["captcha_id"] == CAPTCHA


def test_while_identity_does_not_answer_nothing_is_lost(client: FlaskClient, identity: Stub, token: str) -> None:
    identity.refuse("POST", "/accounts", 503, "unavailable")
    identity.refuse("POST", "/captchas", 503, "unavailable")

    answer, values = send(client, token)

    assert answer.status_code == 503
    assert "ne répond pas" in answer.text
    assert without_captcha(values) == TYPED_ALL


@pytest.mark.parametrize("changes", [{"autre_image": "oui"}, {"town": "", "captcha_id": ""}])
def test_while_there_is_no_other_image_nothing_is_lost(
    client: FlaskClient, identity: Stub, token: str, changes: dict[str, str]
) -> None:
    identity.refuse("POST", "/captchas", 503, "unavailable")

    answer, values = send(client, token, **changes)

    assert answer.status_code == 503
    assert "ne répond pas" in answer.text
    assert without_captcha(values) == {**TYPED_ALL, "town": changes.get("town", TYPED["town"])}


def test_an_incomplete_form_keeps_its_captcha_while_that_can_be_shown(client: FlaskClient, token: str) -> None:
    _, values = send(client, token, town="")

    assert (values["captcha_id"], values["captcha_answer"]) == (CAPTCHA, TYPED["captcha_answer"])


@pytest.mark.parametrize(
    "changes",
    [{"captcha_until": "1"}, {"captcha_until": ""}, {"captcha_until": "x"}, {"captcha_id": ""}, {"captcha_id": "../x"}],
)
def test_a_captcha_that_cannot_be_shown_again_is_replaced(
    client: FlaskClient, token: str, changes: dict[str, str]
) -> None:
    answer, values = send(client, token, town="", **changes)

    assert answer.status_code == 422
    assert (values["captcha_id"], values["captcha_answer"]) == (OTHER, "")


def test_the_browser_keeps_nothing_of_the_answer(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)

    answer = client.get(PAGE)

    hidden = {name: value for name, value in Fields(answer.text).values.items() if name.startswith("captcha")}
    assert hidden.keys() == {"captcha_id", "captcha_until", "captcha_answer"}
    assert (hidden["captcha_id"], hidden["captcha_answer"]) == (CAPTCHA, "")
    with client.session_transaction() as session:
        assert session.keys() == {"csrf_token"}
