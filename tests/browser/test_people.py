"""A-06 in a real browser: a manager sees whose account waits for its activation, and has the mail sent again."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accounts import enters_with_account
from tests.browser.test_guide import CAPTCHA
from tests.browser.test_keyboard import tab_to
from tests.browser.visitor import Mailbox, Visitor
from tests.journeys import colleagues
from tests.system import System

pytestmark = [pytest.mark.browser, pytest.mark.system]

MANAGER, COLLEAGUE = "gestionnaire@tilleuls.example", "salariee@tilleuls.example"
STRUCTURE, BUTTON = "GAEC du Gave", "Renvoyer le courriel d'activation"


def asks_for_an_account(person: Visitor) -> None:
    person.open("/compte/nouveau", "Créer votre compte")
    person.fill(login_email=COLLEAGUE, last_name="Morel", first_name="Jeanne", street="10 rue du Centre")
    person.fill(postcode="93160", town="Noisy-le-Grand", captcha_answer=CAPTCHA)
    person.press("Créer mon compte", "Consultez votre messagerie")


def structure_of(person: Visitor) -> int:
    """The number in the address of the page."""
    found = re.search(r"/structures/(\d+)", person.page.url)
    assert found
    return int(found[1])


def presses_with_the_keyboard(person: Visitor) -> None:
    tab_to(person.page, BUTTON)
    expect(person.page.get_by_role("button", name=f"{BUTTON} à Jeanne Morel", exact=True)).to_be_focused()
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_role("status")).to_be_visible()
    person.sees(STRUCTURE)


def creates_a_structure(person: Visitor) -> None:
    """Without SIRET: those of the guide are taken."""
    person.open("/structures/nouvelle", "Quel est son identifiant ?")
    person.check("Non, elle n'a pas de SIRET")
    person.choose("identifier_type", "Structure en cours d'immatriculation")
    person.press("Continuer", "Vérifiez ses informations")
    person.fill(identifier="GAEC-2026", name=STRUCTURE, street="1 place du Foirail", postcode="64000", town="Pau")
    person.press("Enregistrer", STRUCTURE)


def test_a_manager_has_the_activation_mail_sent_again_with_the_keyboard_alone(
    browser: Browser, system: System
) -> None:
    manager = Visitor(browser, system.portal_url, "personnes")
    enters_with_account(manager, Mailbox(system.mailbox_url, MANAGER), MANAGER, "Durand", "Camille")
    creates_a_structure(manager)
    colleague, mailbox = Visitor(browser, system.portal_url, "salariee"), Mailbox(system.mailbox_url, COLLEAGUE)
    asks_for_an_account(colleague)
    first = mailbox.link("/activation/")
    colleagues.attach(system, structure_of(manager), COLLEAGUE)
    manager.page.reload()
    manager.sees(STRUCTURE)
    manager.reads("Compte pas encore activé")

    presses_with_the_keyboard(manager)
    manager.reads("Vous pourrez en demander un autre dans")
    colleagues.let_minutes_pass(system, COLLEAGUE)
    presses_with_the_keyboard(manager)
    manager.reads("Le courriel d'activation est envoyé à nouveau.")

    assert mailbox.link("/activation/") != first
    colleague.open(first, "Un lien plus récent vous a été envoyé")
