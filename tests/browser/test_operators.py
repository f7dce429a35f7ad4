"""Assistance in a real browser: an operator, made by command line, helps somebody whose history tells it (A-12)."""

import os
import subprocess

import pytest
from playwright.sync_api import Browser, expect

from embedded.run.fleet import GUICHET, without_settings
from tests.browser.accounts import HOME, PASSWORD, enters_with_account
from tests.browser.test_keyboard import tab_to
from tests.browser.test_second_factors import SECOND_STEP, adds_an_app, gives_the_password, signs_out
from tests.browser.visitor import Mailbox, Visitor
from tests.system import System

pytestmark = [pytest.mark.browser, pytest.mark.system]

ODILE, ALIX = "odile@assistance.example", "alix.aidee@tilleuls.example"
NAME = "Alix Aidée"
GONE = "Cette page n'existe pas"
DEACTIVATE, REACTIVATE, RESET = "Désactiver le compte", "Réactiver le compte", "Retirer la double authentification"


def make_an_operator(system: System, address: str) -> None:
    names = ("--first-name", "Odile", "--last-name", "Opérante")
    settings = {"GUICHET_DATABASE_URL": system.layout.database_url("identity")}
    command = (*GUICHET, "identity", "operators", "add", address, *names)
    subprocess.run(command, env={**without_settings(os.environ), **settings}, stdin=subprocess.DEVNULL, check=True)


def activates(operator: Visitor, mailbox: Mailbox) -> None:
    operator.open(mailbox.link("/activation/"), "Activer votre compte")
    operator.fill(password=PASSWORD, password_again=PASSWORD, secret_answer="Médor")
    operator.press("Activer mon compte", "Se connecter")
    operator.fill(login_email=ODILE, password=PASSWORD)
    operator.press("Se connecter", HOME)
    expect(operator.page.get_by_role("link", name="Assistance")).to_have_count(0)


def adds_the_second_factor_that_the_role_waits_for(operator: Visitor, mailbox: Mailbox) -> None:
    operator.open(mailbox.link("/mon-compte/double-authentification"), "Double authentification")
    _, codes = adds_an_app(operator)
    signs_out(operator)
    gives_the_password(operator, ODILE)
    operator.follow("Utiliser un code de secours", SECOND_STEP)
    operator.fill(recovery_code=codes[0])
    operator.press("Se connecter", HOME)


def finds_nobody_then_somebody(operator: Visitor) -> None:
    operator.follow("Assistance", "Assistance")
    operator.press("Rechercher", "Assistance")
    operator.reads("Donnez au moins un critère.")
    operator.fill(name="Zébulon")
    operator.press("Rechercher", "Assistance")
    operator.reads("Aucun compte ne correspond à ces critères")
    operator.fill(name="aidee", email="tilleuls")
    operator.press("Rechercher", "Assistance")
    operator.reads("1 compte trouvé")
    assert "aidee" not in operator.page.url
    operator.follow(NAME, NAME)


def deactivates_twice(operator: Visitor) -> None:
    """The second time in another tab, which still shows the question."""
    operator.follow(f"Continuer : {DEACTIVATE}", DEACTIVATE)
    operator.reads(ALIX)
    tab = operator.page.context.new_page()
    tab.goto(operator.page.url)
    operator.press(DEACTIVATE, NAME)
    operator.reads("Le compte est désactivé.")
    tab.get_by_role("button", name=DEACTIVATE).click()
    expect(tab.get_by_role("alert")).to_contain_text("rien n'a changé")
    tab.close()


def reactivates(operator: Visitor) -> None:
    operator.follow(f"Continuer : {REACTIVATE}", REACTIVATE)
    operator.press(REACTIVATE, NAME)
    operator.reads("Le compte est de nouveau actif.")


def takes_the_second_factors_with_the_keyboard(operator: Visitor) -> None:
    page = operator.page
    tab_to(page, RESET)
    page.keyboard.press("Enter")
    operator.sees(RESET)
    tab_to(page, RESET)
    page.keyboard.press("Enter")
    operator.reads("Vérifiez d'abord qui fait la demande")
    tab_to(page, "J'ai vérifié que la demande vient bien de cette personne")
    page.keyboard.press("Space")
    tab_to(page, RESET)
    page.keyboard.press("Enter")
    operator.sees(NAME)
    operator.reads("le mot de passe suffit de nouveau")


def cannot_act_on_their_own_account(operator: Visitor) -> None:
    operator.follow("Résultats de la recherche", "Assistance")
    operator.reads("1 compte trouvé")
    operator.fill(name="operante odile", email="")
    operator.press("Rechercher", "Assistance")
    operator.follow("Odile Opérante", "Odile Opérante")
    operator.reads("Ce compte est celui d'un opérateur")
    expect(operator.page.get_by_role("link", name="Continuer")).to_have_count(0)


def reads_what_was_done(person: Visitor) -> None:
    person.open("/mon-compte/historique", "Historique de mon compte")
    for sentence in ("Compte consulté.", "Compte désactivé.", "Compte réactivé.", "Double authentification retirée."):
        person.reads(sentence)
    person.reads("Par un opérateur de Guichet")


@pytest.fixture
def alix(browser: Browser, portal_url: str, mailbox_url: str) -> Visitor:
    """Signed in, with an authenticator app."""
    person = Visitor(browser, portal_url, "aidee")
    enters_with_account(person, Mailbox(mailbox_url, ALIX), ALIX, "Aidée", "Alix")
    person.open("/mon-compte/double-authentification", "Double authentification")
    adds_an_app(person)
    return person


@pytest.fixture
def odile(system: System, browser: Browser, portal_url: str, mailbox_url: str) -> Visitor:
    """An operator, signed in."""
    make_an_operator(system, ODILE)
    operator = Visitor(browser, portal_url, "operatrice")
    activates(operator, Mailbox(mailbox_url, ODILE))
    adds_the_second_factor_that_the_role_waits_for(operator, Mailbox(mailbox_url, ODILE))
    return operator


def test_an_operator_helps_somebody_whose_history_tells_it(alix: Visitor, odile: Visitor, mailbox_url: str) -> None:
    alix.open("/operateur", GONE)
    expect(alix.page.get_by_role("link", name="Assistance")).to_have_count(0)
    finds_nobody_then_somebody(odile)

    deactivates_twice(odile)
    alix.open("/mon-compte", "Se connecter")
    reactivates(odile)
    gives_the_password(alix, ALIX)
    takes_the_second_factors_with_the_keyboard(odile)
    cannot_act_on_their_own_account(odile)

    alix.open("/connexion", "Se connecter")
    alix.fill(login_email=ALIX, password=PASSWORD)
    alix.press("Se connecter", HOME)
    reads_what_was_done(alix)
    mails = Mailbox(mailbox_url, ALIX)
    assert [mails.link(page) for page in ("/connexion", "/mon-compte/double-authentification")]
