"""Sign-in page, and sign-out."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_manager, an_account, csrf_of, sign_in, signed_in
from tests.gateway.portal.second_factors import ANSWER, CHALLENGE, OPTIONS, first_step, needs
from tests.gateway.stubs import Stub


def test_password_managers_recognise_address_and_password(client: FlaskClient) -> None:
    page = client.get("/connexion").text

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


@pytest.mark.parametrize("address", ["/", "/mon-compte", "/structures/7", "/structures/7/demandes", "/rien"])
def test_signing_out_is_in_sight_on_every_page(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub, address: str
) -> None:
    sign_in(client)
    a_manager(identity, structures, espaces)

    page = client.get(address).text

    assert 'action="/deconnexion"' in page
    assert "Se déconnecter</button>" in page


CREDENTIALS = {"login_email": "camille@tilleuls.example", "password": "un mot de passe"}


def clicked_twice(client: FlaskClient, path: str, meanwhile: Callable[[], None], **data: str) -> tuple[Any, Any]:
    """Send one form twice with the cookie that it was shown with, as a double click does, or a thief."""
    form = {**data, "csrf_token": csrf_of(client, path)}
    shown_with = client.get_cookie("guichet")
    assert shown_with
    first = client.post(path, data=form)
    meanwhile()
    client.set_cookie("guichet", shown_with.value)
    return first, client.post(path, data=form)


def is_signed_in(client: FlaskClient) -> bool:
    with client.session_transaction() as session:
        return "access" in session


def test_the_form_sent_again_after_the_password_was_changed_opens_nothing(
    client: FlaskClient, identity: Stub
) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)
    changed = partial(identity.refuse, "POST", "/sessions", 401, "wrong_credentials")

    first, again = clicked_twice(client, "/connexion", changed, **CREDENTIALS)

    assert [first.status_code, again.status_code] == [303, 401]
    assert not is_signed_in(client)
    assert ("DELETE", "/sessions/current") not in [(one.method, one.path) for one in identity.received]


def test_a_second_click_leaves_one_session_and_that_of_the_first_ends(client: FlaskClient, identity: Stub) -> None:
    #
    identity.answer("POST", "/sessions", signed_in(refresh="first"), 201)
    identity.answer("DELETE", "/sessions/current", None, 204)
    another = partial(identity.answer, "POST", "/sessions", signed_in(refresh="second"), 201)

    _, again = clicked_twice(client, "/connexion", another, **CREDENTIALS)

    assert again.status_code == 303
    assert [one.path for one in identity.received if one.method == "DELETE"] == ["/sessions/current"]
    with client.session_transaction() as session:
        assert session["refresh"] == "second"


@pytest.mark.parametrize("silent", [401, 503])
def test_an_earlier_session_that_cannot_be_ended_keeps_nobody_out(
    client: FlaskClient, identity: Stub, silent: int
) -> None:
    identity.answer("POST", "/sessions", signed_in(), 201)
    identity.refuse("DELETE", "/sessions/current", silent, "session_ended" if silent == 401 else "unavailable")

    _, again = clicked_twice(client, "/connexion", lambda: None, **CREDENTIALS)

    assert again.status_code == 303
    assert is_signed_in(client)


SINGLE_USE = {
    "/connexion/cle-d-acces": ("/sessions/passkey", {"passkey": json.dumps(ANSWER)}),
    "/connexion/seconde-etape": ("/sessions/second-factor", {"code": "123456"}),
}
"""Pages whose form holds what is good once → identity's path, and the form."""


@pytest.mark.parametrize("page", SINGLE_USE)
@pytest.mark.parametrize("is_open", [True, False])
def test_a_second_click_gets_the_first_ones_session_while_it_is_open(
    client: FlaskClient, identity: Stub, page: str, is_open: bool
) -> None:
    path, form = SINGLE_USE[page]
    needs(identity, "code")
    identity.answer("POST", "/sessions/passkey-options", {"options": OPTIONS}, 201)
    identity.answer("GET", "/accounts/me", an_account())
    identity.answer("POST", path, signed_in(), 201)
    first_step(client)

    def second_click() -> None:
        identity.refuse("POST", path, 401, "passkey_refused" if "passkey" in path else "second_step_ended")
        if not is_open:
            identity.refuse("GET", "/accounts/me", 401, "unauthenticated")

    _, again = clicked_twice(client, page, second_click, **form)

    assert is_signed_in(client) is is_open
    assert again.status_code in ((303,) if is_open else (303, 401))
    assert CHALLENGE not in (again.location or "")
