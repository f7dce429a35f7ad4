"""Second factors in a real browser, whose passkeys are those of a virtual authenticator (A-14)."""

import re
import time
from itertools import count

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accounts import HOME, PASSWORD, enters_with_account
from tests.browser.visitor import Mailbox, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.system]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PAGE = "/mon-compte/double-authentification"
SECOND_STEP = "Confirmez que c'est bien vous"
numbers = count(1)


@pytest.fixture
def address() -> str:
    return f"facteur-{next(numbers)}@tilleuls.example"


@pytest.fixture
def person(browser: Browser, portal_url: str, mailbox_url: str, address: str) -> Visitor:
    """Signed in, with no second factor yet."""
    visitor = Visitor(browser, portal_url, address.partition("@")[0])
    enters_with_account(visitor, Mailbox(mailbox_url, address), address, "Durand", "Alix")
    visitor.open(PAGE, "Double authentification")
    visitor.reads("La double authentification est inactive")
    return visitor


def has_an_authenticator(page: Page) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def next_code(secret: str) -> str:
    """What the app shows in a moment: that of now has just been used."""
    return pyotp.TOTP(secret).at(time.time(), counter_offset=1)


def signs_out(person: Visitor) -> None:
    person.press("Se déconnecter", "Un compte, vos structures, les espaces dont elles ont besoin")


def gives_the_password(person: Visitor, address: str) -> None:
    person.open("/connexion", "Se connecter")
    person.fill(login_email=address, password=PASSWORD)
    person.press("Se connecter", SECOND_STEP)


def adds_an_app(person: Visitor) -> tuple[str, list[str]]:
    """Its secret, and the recovery codes."""
    person.follow("Ajouter une application", "Ajouter une application d'authentification")
    person.fill(current_password=PASSWORD)
    person.press("Continuer", "Relier votre application")
    secret = person.page.locator("code.key").inner_text().replace(" ", "")
    person.fill(code="000000")
    person.press("Ajouter l'application", "Relier votre application")
    person.reads("Ce n'est pas le code que montre l'application.")
    person.fill(code=pyotp.TOTP(secret).now())
    person.press("Ajouter l'application", "Vos codes de secours")
    return secret, person.page.locator(".codes code").all_inner_texts()


def adds_a_passkey(person: Visitor, name: str) -> None:
    person.follow("Ajouter une clé d'accès", "Ajouter une clé d'accès")
    person.fill(name=name, current_password=PASSWORD)
    person.press("Continuer", "Enregistrer votre clé d'accès")
    person.page.get_by_role("button", name="Enregistrer ma clé d'accès").click()


def test_an_app_is_added_asked_for_and_removed(person: Visitor, address: str, mailbox_url: str) -> None:
    secret, codes = adds_an_app(person)
    person.press("J'ai gardé mes codes", "Double authentification")
    person.reads("Il vous en reste 10.")
    assert Mailbox(mailbox_url, address).link(PAGE)
    signs_out(person)
    gives_the_password(person, address)
    person.fill(code="000000")
    person.press("Se connecter", SECOND_STEP)
    person.reads("Ce n'est pas le bon code")
    person.fill(code=next_code(secret))
    person.press("Se connecter", HOME)

    signs_out(person)
    gives_the_password(person, address)
    person.follow("Utiliser un code de secours", SECOND_STEP)
    person.fill(recovery_code=codes[0].lower())
    person.press("Se connecter", HOME)
    person.open(PAGE, "Double authentification")
    person.reads("Il vous en reste 9.")
    person.follow("Créer de nouveaux codes", "Créer de nouveaux codes de secours")
    person.fill(current_password=PASSWORD)
    person.press("Créer de nouveaux codes", "Vos codes de secours")
    assert not set(codes) & set(person.page.locator(".codes code").all_inner_texts())
    person.press("J'ai gardé mes codes", "Double authentification")
    person.follow("Retirer l'application", "Retirer l'application d'authentification")
    person.press("Retirer l'application", "Retirer l'application d'authentification")
    person.reads("Saisissez votre mot de passe actuel.")
    person.fill(current_password=PASSWORD)
    person.press("Retirer l'application", "Double authentification")
    person.reads("La double authentification est inactive")


def test_a_passkey_is_second_and_only_factor(person: Visitor, address: str) -> None:
    has_an_authenticator(person.page)
    adds_a_passkey(person, "Mon téléphone")
    person.sees("Vos codes de secours")
    person.press("J'ai gardé mes codes", "Double authentification")
    person.reads("jamais utilisée")
    signs_out(person)
    gives_the_password(person, address)
    person.press("Utiliser ma clé d'accès", HOME)

    signs_out(person)
    person.open(f"/connexion?suite={PAGE}", "Se connecter")
    person.follow("Se connecter avec une clé d'accès", "Se connecter avec une clé d'accès")
    person.press("Utiliser ma clé d'accès", "Double authentification")

    person.follow("Renommer la clé d'accès Mon téléphone", "Renommer une clé d'accès")
    person.fill(name="Téléphone d'Alix")
    person.press("Enregistrer", "Double authentification")
    person.reads("Téléphone d'Alix")
    person.follow("Retirer la clé d'accès Téléphone d'Alix", "Retirer la clé d'accès « Téléphone d'Alix »")
    person.fill(current_password=PASSWORD)
    person.press("Retirer la clé d'accès", "Double authentification")
    person.reads("La double authentification est inactive")


def test_a_device_has_one_passkey_for_an_account(person: Visitor) -> None:
    has_an_authenticator(person.page)
    adds_a_passkey(person, "Mon téléphone")
    person.press("J'ai gardé mes codes", "Double authentification")

    adds_a_passkey(person, "Encore lui")

    person.reads("Cet appareil a déjà une clé d'accès pour votre compte")


def test_who_has_no_passkey_is_told_what_else_there_is(browser: Browser, portal_url: str) -> None:
    stranger = Visitor(browser, portal_url, "sans-cle")
    has_an_authenticator(stranger.page)
    stranger.open("/connexion/cle-d-acces", "Se connecter avec une clé d'accès")

    stranger.press("Utiliser ma clé d'accès", "Se connecter avec une clé d'accès")

    stranger.reads("Aucune clé d'accès n'a été donnée")
    expect(stranger.page.get_by_role("button", name="Utiliser ma clé d'accès")).to_be_enabled()
    stranger.follow("Se connecter avec un mot de passe", "Se connecter")


@pytest.mark.parametrize("host", ["127.0.0.1", "autre.localhost"])
def test_at_another_address_a_passkey_opens_nothing(person: Visitor, host: str, portal_url: str) -> None:
    has_an_authenticator(person.page)
    adds_a_passkey(person, "Mon téléphone")
    person.sees("Vos codes de secours")

    person.open(portal_url.replace("localhost", host) + "/connexion/cle-d-acces", "Se connecter avec une clé d'accès")
    person.page.get_by_role("button", name="Utiliser ma clé d'accès").click()

    person.reads("Les clés d'accès ne fonctionnent pas à cette adresse.")
    expect(person.page.get_by_role("link", name="Mon compte")).to_have_count(0)


def test_without_javascript_an_app_works_and_passkeys_say_what_they_need(
    browser: Browser, person: Visitor, address: str, portal_url: str
) -> None:
    secret, codes = adds_an_app(person)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{portal_url}/connexion/cle-d-acces")
    expect(page.get_by_role("main")).to_contain_text("Les clés d'accès ont besoin de JavaScript")
    expect(page.get_by_role("button", name="Utiliser ma clé d'accès")).to_be_hidden()
    page.get_by_role("link", name="Se connecter avec un mot de passe").click()
    page.fill("#login_email", address)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()

    page.fill("#code", next_code(secret))
    page.get_by_role("button", name="Se connecter", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(HOME)
    assert len(codes) == 10
    assert not re.search(secret, page.content())
