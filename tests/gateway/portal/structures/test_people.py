"""People of a structure on its page, and the activation mail sent again by a manager (A-06)."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.portal.builders import a_manager, a_person, an_attachment, csrf_of, listed, sign_in
from tests.gateway.stubs import Stub

PAGE, BUTTON = "/structures/7", "Renvoyer le courriel d'activation"
SEND, ASKED = "/structures/7/personnes/72/activation", "/attachments/72/activation-mail"
WAITS, IS_ACTIVE = "EN_ATTENTE_ACTIVATION", "ACTIF"


@pytest.fixture
def manager(client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub) -> FlaskClient:
    """Signed in, with a colleague whose account is not activated yet."""
    sign_in(client)
    a_manager(identity, structures, espaces)
    people_are(structures, WAITS)
    return client


def people_are(structures: Stub, status: str | None) -> None:
    colleague = an_attachment(role="UTILISATEUR", attachment_id=72, comment="", person=a_person(status=status))
    structures.answer("GET", "/structures/7/attachments", listed(colleague))


def press(client: FlaskClient) -> TestResponse:
    return client.post(SEND, data={"csrf_token": csrf_of(client, PAGE)})


def told(client: FlaskClient, answer: TestResponse) -> str:
    """Return the page after the redirection."""
    assert (answer.status_code, answer.location) == (303, PAGE)
    return client.get(PAGE).text


def test_without_a_form_token_nothing_is_sent(manager: FlaskClient, structures: Stub) -> None:
    answer = manager.post(SEND)

    assert answer.status_code == 400
    assert [one for one in structures.received if one.method == "POST"] == []


def test_nothing_is_sent_by_opening_an_address(manager: FlaskClient, structures: Stub) -> None:
    assert manager.get(SEND).status_code == 405
    assert structures.received == []


def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, structures: Stub) -> None:
    answer = client.post(SEND, data={"csrf_token": csrf_of(client, "/connexion")})

    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")
    assert structures.received == []


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (404, "attachment_unknown", "Cette page n&#39;existe pas"),
        (409, "attachment_not_in_force", "Ce rattachement a déjà pris fin."),
        (503, "unavailable", "Une partie du service ne répond pas."),
    ],
)
def test_what_cannot_be_done_is_told_on_a_page(
    manager: FlaskClient, structures: Stub, status: int, code: str, sentence: str
) -> None:
    structures.refuse("POST", ASKED, status, code)

    answer = press(manager)

    assert answer.status_code == status
    assert sentence in answer.text
    assert "Refresh" not in answer.headers


@pytest.mark.parametrize(
    ("retry_after", "sentence"),
    [
        ("300", "Vous pourrez en demander un autre dans 5 minutes."),
        ("61", "Vous pourrez en demander un autre dans 2 minutes."),
        ("60", "Vous pourrez en demander un autre dans 1 minute."),
        ("0", "Vous pourrez en demander un autre dans 1 minute."),
        ("Tue, 24 Nov 2026 09:00:00 GMT", "Attendez quelques minutes avant d&#39;en demander un autre."),
        ("", "Attendez quelques minutes avant d&#39;en demander un autre."),
    ],
)
def test_asked_too_soon_it_is_said_when_it_can_be_asked_again(
    manager: FlaskClient, structures: Stub, retry_after: str, sentence: str
) -> None:
    structures.refuse("POST", ASKED, 429, "mail_asked_too_soon", Retry_After=retry_after)

    text = told(manager, press(manager))

    assert f"vient déjà d&#39;être demandé pour cette personne. {sentence}" in text


@pytest.mark.parametrize("code", ["account_already_active", "account_not_pending"])
def test_an_account_that_was_activated_meanwhile_is_told(
    manager: FlaskClient, structures: Stub, code: str
) -> None:
    structures.refuse("POST", ASKED, 409, code)

    text = told(manager, press(manager))

    assert "plus d&#39;être activé" in text
    assert "aucun courriel n&#39;est envoyé" in text


@pytest.mark.parametrize("status", [IS_ACTIVE, "DESACTIVE", "EFFACE", None])
def test_the_button_is_there_only_for_accounts_that_wait(
    manager: FlaskClient, structures: Stub, status: str | None
) -> None:
    people_are(structures, status)

    text = manager.get(PAGE).text

    assert "Jeanne Morel" in text
    assert BUTTON not in text
    assert "Compte pas encore activé" not in text


def test_a_person_whose_account_waits_is_shown_as_such(manager: FlaskClient) -> None:
    text = manager.get(PAGE).text

    assert "Compte pas encore activé" in text
    assert f'{BUTTON}<span class="visually-hidden"> à Jeanne Morel</span></button>' in text
    assert f'action="{SEND}"' in text


def test_the_mail_is_sent_again_and_told(manager: FlaskClient, structures: Stub) -> None:
    structures.answer("POST", ASKED, status=204)

    text = told(manager, press(manager))

    assert "Le courriel d&#39;activation est envoyé à nouveau." in text
    assert [one.path for one in structures.received if one.method == "POST"] == [ASKED]


def test_a_button_that_was_pressed_twice_tells_the_second_time_that_it_is_on_its_way(
    manager: FlaskClient, structures: Stub
) -> None:
    token = csrf_of(manager, PAGE)
    structures.answer("POST", ASKED, status=204)
    first = manager.post(SEND, data={"csrf_token": token})
    structures.refuse("POST", ASKED, 429, "mail_asked_too_soon", Retry_After="300")

    second = manager.post(SEND, data={"csrf_token": token})

    assert (first.status_code, second.status_code) == (303, 303)
    text = manager.get(PAGE).text
    assert "est envoyé à nouveau" in text
    assert "vient déjà d&#39;être demandé" in text
