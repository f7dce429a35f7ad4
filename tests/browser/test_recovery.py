"""A forgotten password in a real browser: the mail, the question, the new password; each way that a link dies."""

import pytest
from playwright.sync_api import Browser, expect

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.browser.accounts import PASSWORD, make_account
from tests.browser.test_keyboard import tab_to, type_into
from tests.browser.visitor import FOCUSED, Mailbox, Visitor
from tests.system import System

pytestmark = [pytest.mark.browser, pytest.mark.system]

NEW_PASSWORD = "une jument noire dans la vallée"
QUESTION = "\u200fLe nom de mon chat \U00020bb7 ?"
CHOOSE, ASK, SENT = "Choisir un nouveau mot de passe", "Mot de passe oublié", "Consultez votre messagerie"
STRENGTH = ".password-advice"


def has_an_account(system: System, address: str) -> Mailbox:
    """Return the mailbox, read up to the activation."""
    mailbox = Mailbox(system.mailbox_url, address)
    make_account(system.portal_url, mailbox, address, question=QUESTION, answer="Tommy \U0001f408")
    return mailbox


def asks_for_a_link(person: Visitor, address: str) -> None:
    person.open("/connexion", "Se connecter")
    person.follow("Mot de passe oublié ?", ASK)
    person.fill(login_email=address, captcha_answer="WRONG")
    person.press("Recevoir le lien", ASK)
    assert person.page.input_value("#login_email") == address
    person.press("Afficher une autre image", ASK)
    assert person.page.input_value("#login_email") == address
    person.fill(captcha_answer=SANDBOX_CAPTCHA)
    person.press("Recevoir le lien", SENT)
    person.reads("Si un compte existe à cette adresse, nous lui écrivons")


def answers(person: Visitor, answer: str, heading: str, password: str = NEW_PASSWORD) -> None:
    person.fill(secret_answer=answer, password=password, password_again=password)
    person.press("Changer mon mot de passe", heading)


@pytest.fixture
def person(browser: Browser, portal_url: str) -> Visitor:
    return Visitor(browser, portal_url, "oubli")


def test_a_forgotten_password_is_recovered_and_the_link_is_then_dead(person: Visitor, system: System) -> None:
    #
    address = "oubli@tilleuls.example"
    mailbox = has_an_account(system, address)
    person.open("/connexion", "Se connecter")
    person.fill(login_email=address, password=PASSWORD)
    person.press("Se connecter", "Où en êtes-vous ?")
    elsewhere = Visitor(person.page.context.browser, person.portal_url, "ailleurs")  # type: ignore[arg-type]

    asks_for_a_link(elsewhere, address)
    link = mailbox.link("/recuperation/")
    elsewhere.open(link, CHOOSE)
    elsewhere.reads(QUESTION)
    answers(elsewhere, "Félix", CHOOSE)
    elsewhere.reads("Il vous reste 4 essais.")
    answers(elsewhere, "tommy \U0001f408", CHOOSE, password="camille durand")
    elsewhere.reads("ne doit pas reprendre votre adresse électronique ni votre nom")
    answers(elsewhere, "tommy \U0001f408", "Se connecter")
    elsewhere.reads("Votre mot de passe est changé.")
    elsewhere.open(link, "Ce lien a déjà servi")
    elsewhere.follow("Se connecter", "Se connecter")
    elsewhere.fill(login_email=address, password=NEW_PASSWORD)
    elsewhere.press("Se connecter", "Où en êtes-vous ?")

    assert mailbox.link("/mot-de-passe/oublie")  # of the mail that tells of the change


def test_every_dead_link_says_what_to_do_next(person: Visitor, system: System) -> None:
    address = "essais@tilleuls.example"
    mailbox = has_an_account(system, address)
    asks_for_a_link(person, address)
    person.open(mailbox.link("/recuperation/"), CHOOSE)

    for number in range(4):
        answers(person, f"Félix {number}", CHOOSE)
    answers(person, "Félix", "Ce lien ne fonctionne plus")
    person.follow("Demander un nouveau lien", ASK)
    person.open("/recuperation/pas-un-lien", "Ce lien n'est pas valable")
    person.follow("Demander un nouveau lien", ASK)


def test_the_password_is_advised_on_while_it_is_typed(person: Visitor, system: System) -> None:
    address = "conseil@tilleuls.example"
    mailbox = has_an_account(system, address)
    asks_for_a_link(person, address)
    person.open(mailbox.link("/recuperation/"), CHOOSE)
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    advice = person.page.locator(STRENGTH)
    expect(advice).to_have_text("")

    for typed, said in (
        ("onze lettre", "Trop court : encore 1 caractère."),
        ("Durand Camille 64", "C'est votre adresse ou votre nom : choisissez autre chose."),
        ("durand aime les vaches", "Il contient votre adresse ou votre nom : il en est plus facile à deviner."),
        ("z" * 129, "Trop long : 128 caractères au plus."),
        ("e\u0301" * 12, "La longueur convient."),
        ("", ""),
    ):
        person.page.fill("#password", typed)
        expect(advice).to_have_text(said)
        person.sees(CHOOSE)

    assert asked == []


def test_a_password_is_recovered_with_the_keyboard_alone_and_without_javascript(
    browser: Browser, system: System
) -> None:
    address = "clavier-oubli@tilleuls.example"
    mailbox = has_an_account(system, address)
    person = Visitor(browser, system.portal_url, "clavier-oubli", javascript=False)
    page = person.page
    person.open("/connexion", "Se connecter")
    tab_to(page, "Mot de passe oublié ?")
    page.keyboard.press("Enter")
    person.sees(ASK)
    type_into(page, "Adresse électronique de connexion", address)
    type_into(page, "Caractères de l'image", SANDBOX_CAPTCHA)
    page.keyboard.press("Enter")
    person.sees(SENT)

    person.open(mailbox.link("/recuperation/"), CHOOSE)
    type_into(page, "Votre réponse", "Tommy \U0001f408")
    type_into(page, "Nouveau mot de passe", "trop court")
    type_into(page, "une seconde fois", "trop court")
    page.keyboard.press("Enter")
    person.sees(CHOOSE)
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, "Le mot de passe est trop court.")
    page.keyboard.press("Enter")
    assert "Nouveau mot de passe" in page.evaluate(FOCUSED)
    page.keyboard.type(NEW_PASSWORD)
    type_into(page, "une seconde fois", NEW_PASSWORD)
    page.keyboard.press("Enter")

    person.sees("Se connecter")
