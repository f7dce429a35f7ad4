"""Contact e-mail that waits to be confirmed, against an identity that says no (A-16)."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.messages import refusals
from gateway.portal.my_account.my_contact_email import DEAD_LINKS, NO_MAIL
from tests.gateway.portal.builders import an_account, csrf_of, listed, sign_in
from tests.gateway.stubs import Stub

DETAILS = "/mon-compte/informations"
AGAIN, WITHDRAWAL = "/mon-compte/adresse-de-contact/renvoi", "/mon-compte/adresse-de-contact/annulation"
MAIL, CONTACT = ("POST", "/accounts/me/contact-email/confirmation-mail"), ("DELETE", "/accounts/me/contact-email")
CONFIRM = "/adresse-de-contact/a-token"
NOW, NEW = "contact@tilleuls.example", "neuve@tilleuls.example"
LINK = {"expires_at": "2026-11-24T09:00:00+00:00", "contact_email": NEW}


@pytest.fixture
def mine(client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub) -> FlaskClient:
    """Signed in, with a contact e-mail that waits."""
    sign_in(client)
    identity.answer("GET", "/accounts/me", an_account(awaited_contact_email=NEW))
    structures.answer("GET", "/attachments", listed())
    espaces.answer("GET", "/subscriptions", listed())
    return client


def send(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(path, data={"csrf_token": csrf_of(client, DETAILS), **fields})


@pytest.mark.parametrize("path", [AGAIN, WITHDRAWAL])
def test_whoever_is_not_signed_in_signs_in_first(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"csrf_token": csrf_of(client, "/connexion")})

    assert answer.location == "/connexion?suite=/mon-compte"


@pytest.mark.parametrize("path", [AGAIN, WITHDRAWAL])
def test_a_forged_form_changes_nothing(mine: FlaskClient, identity: Stub, path: str) -> None:
    assert mine.post(path).status_code == 400
    assert all(one.method == "GET" for one in identity.received)


@pytest.mark.parametrize("page", [DETAILS, "/mon-compte"])
def test_the_pages_say_what_waits_where_notices_go_and_what_one_can_do(mine: FlaskClient, page: str) -> None:
    text = mine.get(page).text

    assert f"adressé à <strong><bdi>{NEW}</bdi>" in text
    assert f"arrivent à <strong><bdi>{NOW}</bdi>" in text
    assert f'action="{AGAIN}"' in text
    assert f'action="{WITHDRAWAL}"' in text


def test_a_form_that_is_sent_as_it_came_wants_what_waits(mine: FlaskClient, identity: Stub) -> None:
    assert f'value="{NEW}"' in mine.get(DETAILS).text
    identity.answer("PATCH", "/accounts/me", an_account(awaited_contact_email=NEW, last_name="Petit"))
    account = an_account(awaited_contact_email=NEW, last_name="Petit", contact_email=NEW)
    fields = ("contact_email", "last_name", "first_name", "street", "postcode", "town", "country", "version")

    answer = send(mine, DETAILS, **{name: account[name] for name in fields})

    assert answer.status_code == 303
    assert json.loads(identity.last().body)["contact_email"] == NEW
    assert "Pour recevoir les notifications à" not in mine.get("/mon-compte").text


@pytest.mark.parametrize(
    ("saved", "sentence"),
    [
        ({"awaited_contact_email": "autre@tilleuls.example"}, "à autre@tilleuls.example, suivez le lien"),
        ({"contact_email": "j@x.fr"}, "Nous prévenons votre ancienne adresse de contact."),
        ({}, "Vos informations sont enregistrées."),
    ],
)
def test_what_was_saved_is_said_as_it_is(
    mine: FlaskClient, identity: Stub, saved: dict[str, str], sentence: str
) -> None:
    identity.answer("PATCH", "/accounts/me", an_account(**saved))
    account = an_account(contact_email="typed@tilleuls.example")
    fields = ("contact_email", "last_name", "first_name", "street", "postcode", "town", "country", "version")

    send(mine, DETAILS, **{name: account[name] for name in fields})

    assert sentence in mine.get("/mon-compte").text


def test_the_mail_is_asked_for_again(mine: FlaskClient, identity: Stub) -> None:
    identity.answer(*MAIL, {}, status=202)

    answer = send(mine, AGAIN)

    assert (answer.status_code, answer.location) == (303, DETAILS)
    assert "Un nouveau courriel de confirmation va partir" in mine.get(DETAILS).text


@pytest.mark.parametrize("code", sorted(NO_MAIL))
def test_a_mail_that_does_not_leave_is_not_announced(mine: FlaskClient, identity: Stub, code: str) -> None:
    identity.refuse(*MAIL, 409 if code == "no_contact_email_awaited" else 429, code)

    assert send(mine, AGAIN).location == DETAILS

    text = mine.get(DETAILS).text
    assert "va partir" not in text
    assert refusals.sentence(code, 429).split("'")[0] in text


@pytest.mark.parametrize("refused", [False, True])
def test_withdrawing_twice_is_as_good_as_once(mine: FlaskClient, identity: Stub, refused: bool) -> None:
    if refused:
        identity.refuse(*CONTACT, 409, "no_contact_email_awaited")
    else:
        identity.answer(*CONTACT, status=204)

    answer = send(mine, WITHDRAWAL)

    assert (answer.status_code, answer.location) == (303, DETAILS)
    assert f"Les notifications arrivent à {NOW}." in mine.get(DETAILS).text


def test_opening_the_link_confirms_nothing(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/contact-emails/check", LINK)

    answer = client.get(CONFIRM)

    assert answer.status_code == 200
    assert NEW in answer.text
    assert [one.path for one in identity.received] == ["/contact-emails/check"]


def test_an_address_is_confirmed_by_whoever_reads_its_mail(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/contact-emails/check", LINK)
    identity.answer("POST", "/contact-emails", status=204)

    answer = client.post(CONFIRM, data={"csrf_token": csrf_of(client, CONFIRM)})

    assert answer.status_code == 200
    assert "Votre adresse de contact est confirmée" in answer.text
    assert "Authorization" not in identity.last().headers


def test_a_forged_confirmation_confirms_nothing(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/contact-emails/check", LINK)

    assert client.post(CONFIRM).status_code == 400
    assert all(one.path != "/contact-emails" for one in identity.received)


@pytest.mark.parametrize("code", sorted(DEAD_LINKS.keys() - {"account_not_active"}))
def test_a_dead_link_says_why_and_what_next(client: FlaskClient, identity: Stub, code: str) -> None:
    status = 404 if code == "contact_email_link_unknown" else 410
    identity.refuse("POST", "/contact-emails/check", status, code)

    answer = client.get(CONFIRM)

    assert answer.status_code == status
    assert f"<h1>{DEAD_LINKS[code][0]}".replace("'", "&#39;") in answer.text


def test_a_link_of_an_account_that_is_not_active_says_so(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/contact-emails/check", LINK)
    identity.refuse("POST", "/contact-emails", 409, "account_not_active")

    answer = client.post(CONFIRM, data={"csrf_token": csrf_of(client, CONFIRM)})

    assert answer.status_code == 409
    assert DEAD_LINKS["account_not_active"][0].replace("'", "&#39;") in answer.text
