"""The keyboard alone suffices: nothing here touches a mouse or names a field to the browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.browser.visitor import FOCUSED, Mailbox, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.system]

ADDRESS = "clavier@tilleuls.example"
PASSWORD = "un mot de passe que je retiens"
MOST_TABS = 80


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until what has the focus is called `name`."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"the Tab key does not reach {name!r}")


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def test_an_account_is_created_and_activated_with_the_keyboard_alone(
    browser: Browser, portal_url: str, mailbox_url: str
) -> None:
    person, mailbox = Visitor(browser, portal_url, "clavier"), Mailbox(mailbox_url, ADDRESS)
    page = person.page
    person.open("/", "Un compte, vos structures, les espaces dont elles ont besoin")
    tab_to(page, "Aller au contenu")
    page.keyboard.press("Enter")
    tab_to(page, "Créer votre compte")
    page.keyboard.press("Enter")
    person.sees("Créer votre compte")

    type_into(page, "Adresse électronique de connexion", ADDRESS)
    page.keyboard.press("Enter")  # too early: the errors are told, and the summary has the focus
    person.sees("Créer votre compte")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, "Indiquez votre nom.")
    page.keyboard.press("Enter")
    assert "Nom" in page.evaluate(FOCUSED)
    page.keyboard.type("Durand")
    for name, text in (("Prénom", "Alix"), ("Numéro et voie", "10 rue du Centre"), ("Code postal", "93160")):
        type_into(page, name, text)
    type_into(page, "Ville", "Noisy-le-Grand")
    type_into(page, "Caractères de l'image", SANDBOX_CAPTCHA)
    page.keyboard.press("Enter")
    person.sees("Consultez votre messagerie")

    person.open(mailbox.link("/activation/"), "Activer votre compte")
    for name in ("Mot de passe", "une seconde fois"):
        type_into(page, name, PASSWORD)
    type_into(page, "Réponse", "Médor")
    page.keyboard.press("Enter")

    person.sees("Se connecter")
