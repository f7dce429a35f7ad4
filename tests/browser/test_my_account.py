"""Mon compte in a real browser: each thing that a person changes, and what follows (A-12)."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accounts import PASSWORD, enters_with_account
from tests.browser.visitor import Mailbox, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.system]

NEW_PASSWORD = "encore un mot de passe que je retiens"
CONTACT = "contact-neuf@tilleuls.example"
WRONG = "ce n'est pas mon mot de passe"


def changes_the_details(person: Visitor, mails_of_old: Mailbox) -> None:
    person.follow("Modifier mes informations", "Mes informations")
    person.fill(last_name="", town="Pau")
    person.press("Enregistrer", "Mes informations")
    person.reads("Indiquez votre nom.")
    person.fill(last_name="Durand-Petit", contact_email=CONTACT)
    person.press("Enregistrer", "Mes informations")
    person.reads("donnez aussi votre mot de passe actuel")
    person.fill(current_password=PASSWORD)
    person.press("Enregistrer", "Mon compte")
    person.reads("Vos informations sont enregistrées.")
    person.reads("Durand-Petit")
    person.reads("Votre adresse de contact attend d'être confirmée")
    assert mails_of_old.link("/mon-compte/mot-de-passe")
    person.press("Renvoyer le courriel de confirmation", "Mes informations")
    person.reads("Un courriel vient d'être demandé.")


def confirms_the_contact_email(person: Visitor, mails_of_old: Mailbox, mails_of_contact: Mailbox) -> None:
    link = mails_of_contact.link("/adresse-de-contact/")
    person.open(link, "Confirmer votre adresse de contact")
    person.reads("quel que soit le compte ouvert dans ce navigateur")
    person.press("Confirmer cette adresse", "Votre adresse de contact est confirmée")
    person.open(link, "Ce lien a déjà servi")
    assert mails_of_old.link("/mot-de-passe/oublie")
    person.open("/mon-compte", "Mon compte")
    person.reads(CONTACT)
    assert not re.search("attend d'être confirmée", person.page.get_by_role("main").inner_text())


def changes_their_mind_about_the_contact_email(person: Visitor) -> None:
    person.follow("Modifier mes informations", "Mes informations")
    person.fill(contact_email="jamais-contact@tilleuls.example", current_password=PASSWORD)
    person.press("Enregistrer", "Mon compte")
    person.press("Renoncer à cette adresse", "Mes informations")
    person.reads(f"Les notifications arrivent à {CONTACT}.")
    assert person.page.input_value("#contact_email") == CONTACT
    person.open("/mon-compte", "Mon compte")


def sees_what_another_page_has_saved(person: Visitor, browser: Browser) -> None:
    """Two tabs: the second is told, keeps what was typed, and saves when it is sent again."""
    person.follow("Modifier mes informations", "Mes informations")
    tab = person.page.context.new_page()
    tab.goto(person.page.url)
    tab.fill("#town", "Lyon")
    tab.get_by_role("button", name="Enregistrer").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Mon compte")
    tab.close()

    person.fill(town="Lille")
    person.press("Enregistrer", "Mes informations")
    person.reads("Votre compte a été modifié entre-temps")
    person.reads("Enregistré entre-temps : « Lyon »")
    assert person.page.input_value("#town") == "Lille"
    person.press("Enregistrer", "Mon compte")
    person.reads("Lille")


def changes_the_password(person: Visitor) -> None:
    person.follow("Changer : Mot de passe", "Changer de mot de passe")
    person.fill(current_password=WRONG, password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    person.press("Changer mon mot de passe", "Changer de mot de passe")
    person.reads("Ce n'est pas votre mot de passe actuel.")
    person.fill(current_password=PASSWORD, password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    person.press("Changer mon mot de passe", "Mon compte")
    person.reads("Votre mot de passe est changé.")


def changes_the_secret_question(person: Visitor) -> None:
    person.follow("Changer : Question secrète", "Changer de question secrète")
    person.choose("secret_question", "Écrire ma propre question")
    person.fill(own_question="Mon premier tracteur ?", secret_answer="Le rouge", current_password=NEW_PASSWORD)
    person.press("Changer ma question secrète", "Mon compte")
    person.reads("Votre question secrète est changée.")


def changes_the_login_email(person: Visitor, mails_of_new: Mailbox, mails_of_old: Mailbox, new: str) -> None:
    person.follow("Changer : Adresse de connexion", "Mon adresse de connexion")
    person.fill(login_email=new, current_password=NEW_PASSWORD)
    person.press("Envoyer le courriel de confirmation", "Mon adresse de connexion")
    person.reads("attend d'être confirmée")
    assert mails_of_old.link("/mon-compte/mot-de-passe")
    link = mails_of_new.link("/adresse-de-connexion/")
    person.open(link, "Confirmer votre adresse de connexion")
    person.press("Confirmer cette adresse", "Votre adresse de connexion est confirmée")
    person.reads(new)
    person.open(link, "Ce lien a déjà servi")


def changes_their_mind(person: Visitor) -> None:
    person.open("/mon-compte/adresse-de-connexion", "Mon adresse de connexion")
    person.fill(login_email="jamais@tilleuls.example", current_password=NEW_PASSWORD)
    person.press("Envoyer le courriel de confirmation", "Mon adresse de connexion")
    person.press("Garder mon adresse de connexion", "Mon adresse de connexion")
    person.reads("Vous gardez votre adresse de connexion.")
    assert not re.search("attend d'être confirmée", person.page.get_by_role("main").inner_text())


def deactivates_the_account(person: Visitor, new: str) -> None:
    person.open("/mon-compte", "Mon compte")
    person.follow("Désactiver : Désactiver mon compte", "Désactiver mon compte")
    person.fill(current_password=NEW_PASSWORD)
    person.press("Désactiver mon compte", "Un compte, vos structures, les espaces dont elles ont besoin")
    person.reads("Votre compte est désactivé")
    person.open("/connexion", "Se connecter")
    person.fill(login_email=new, password=NEW_PASSWORD)
    person.press("Se connecter", "Se connecter")
    person.reads("L'adresse ou le mot de passe est incorrect")


def test_a_person_changes_everything_of_their_account_and_deactivates_it(
    browser: Browser, portal_url: str, mailbox_url: str
) -> None:
    old, new = "mon-compte@tilleuls.example", "nouvelle@tilleuls.example"
    person = Visitor(browser, portal_url, "mon-compte")
    mails_of_old, mails_of_new = Mailbox(mailbox_url, old), Mailbox(mailbox_url, new)
    enters_with_account(person, mails_of_old, old, "Durand", "Alix")
    person.follow("Mon compte", "Mon compte")

    changes_the_details(person, mails_of_old)
    confirms_the_contact_email(person, mails_of_old, Mailbox(mailbox_url, CONTACT))
    changes_their_mind_about_the_contact_email(person)
    sees_what_another_page_has_saved(person, browser)
    changes_the_password(person)
    changes_the_secret_question(person)
    changes_the_login_email(person, mails_of_new, mails_of_old, new)
    changes_their_mind(person)
    deactivates_the_account(person, new)
