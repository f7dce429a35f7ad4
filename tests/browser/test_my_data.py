"""A-15 in a real browser: the copy is downloaded, then the account is erased, with the keyboard alone."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accounts import PASSWORD, enters_with_account
from tests.browser.test_keyboard import tab_to, type_into
from tests.browser.visitor import Mailbox, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.system]

ADDRESS = "zebuline.quidam@exemple.fr"
WELCOME = "Un compte, vos structures, les espaces dont elles ont besoin"


@pytest.fixture
def mailbox(mailbox_url: str) -> Mailbox:
    return Mailbox(mailbox_url, ADDRESS)


def test_a_person_takes_a_copy_and_leaves(browser: Browser, portal_url: str, mailbox: Mailbox) -> None:
    person = Visitor(browser, portal_url, "donnees")
    enters_with_account(person, mailbox, ADDRESS, "Quidam", "Zébuline")
    person.follow("Mon compte", "Mon compte")
    person.follow("Voir : Mes données", "Mes données")

    copy = downloaded(person.page)
    assert copy["identity"]["account"]["login_email"] == ADDRESS
    assert sorted(copy) == ["espaces", "identity", "notifier", "structures"]

    person.press("Effacer mon compte pour de bon", "Mes données")
    person.reads("Saisissez votre mot de passe actuel.")
    person.reads("Cochez cette case pour confirmer que vous avez compris.")
    leaves_with_the_keyboard(person.page)

    person.sees(WELCOME)
    person.reads("Votre compte est effacé.")
    assert mailbox.link("/compte/nouveau")
    cannot_sign_in_any_more(person)


def downloaded(page: Page) -> dict[str, dict[str, dict[str, str]]]:
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger mes données", exact=True).click()
    assert download.value.suggested_filename == "guichet-mes-donnees.json"
    copy: dict[str, dict[str, dict[str, str]]] = json.loads(download.value.path().read_text("utf-8"))
    return copy


def leaves_with_the_keyboard(page: Page) -> None:
    page.reload()
    type_into(page, "Votre mot de passe actuel", PASSWORD)
    tab_to(page, "J'ai compris")
    page.keyboard.press("Space")
    tab_to(page, "Effacer mon compte pour de bon")
    page.keyboard.press("Enter")


def cannot_sign_in_any_more(person: Visitor) -> None:
    person.follow("Se connecter", "Se connecter")
    person.fill(login_email=ADDRESS, password=PASSWORD)
    person.press("Se connecter", "Se connecter")
    expect(person.page.get_by_role("alert")).to_contain_text(re.compile("incorrect"))
