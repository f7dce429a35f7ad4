"""The guide's four steps, by two people in a real browser."""

import re

import pytest
from playwright.sync_api import Browser

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.browser.visitor import Mailbox, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.system]

SIRET = "13001977100018"
AIFE = "AGENCE INFORMATIQUE FINANCIERE ETAT"
TIC = "Demande de remboursement TIC"
CAPTCHA = SANDBOX_CAPTCHA
PASSWORD = "un mot de passe que je retiens"


def signs_up(person: Visitor, mailbox: Mailbox, address: str, last_name: str, first_name: str) -> None:
    """A-01 to A-07: the account is asked for, activated through the mailed link, and signed in to."""
    person.open("/", "Un compte, vos structures, les espaces dont elles ont besoin")
    person.follow("Créer votre compte", "Créer votre compte")
    person.fill(login_email=address, last_name=last_name, first_name=first_name, street="10 rue du Centre")
    person.fill(postcode="93160", town="Noisy-le-Grand", captcha_answer=CAPTCHA)
    person.press("Créer mon compte", "Consultez votre messagerie")
    person.open(mailbox.link("/activation/"), "Activer votre compte")
    person.fill(password=PASSWORD, password_again=PASSWORD, secret_answer="Médor")
    person.press("Activer mon compte", "Se connecter")
    person.fill(login_email=address, password=PASSWORD)
    person.press("Se connecter", "Où en êtes-vous ?")


def creates_the_structure(person: Visitor) -> None:
    """S-01, S-04, S-08: nothing is found, the directory fills the form."""
    person.follow("Rechercher ma structure", "Rechercher votre structure")
    person.fill(identifier=SIRET)
    person.choose("identifier_type", "Structure avec n° SIRET")
    person.press("Rechercher", "Rechercher votre structure")
    person.reads("Aucune structure ne correspond")
    person.follow("Saisir une nouvelle structure", "Quel est son identifiant ?")
    person.fill(rcs_number="130 019 771")
    person.press("Continuer", "Vérifiez ses informations")
    assert person.page.input_value("#name") == AIFE
    assert person.page.input_value("#postcode") == "93160"
    person.press("Enregistrer", AIFE)
    person.reads("Vous en êtes le gestionnaire principal")


def opens_the_espace(person: Visitor) -> None:
    """E-03, E-06, E-07, E-11: the menu has it at once."""
    person.follow(f"Ouvrir {TIC}", f"Ouvrir « {TIC} »")
    person.press("Ouvrir l'espace", f"Ouvrir « {TIC} »")
    person.reads("Choisissez au moins une habilitation.")
    person.check("Consultation")
    person.check("Modification")
    person.page.get_by_label("Catégorie de bénéficiaires").select_option(label="CUMA")
    person.page.get_by_label("Numéro PACAGE").fill("093160001")
    person.press("Ouvrir l'espace", AIFE)
    person.follow("Accueil", "Où en êtes-vous ?")
    person.reads(f"Vous pouvez entrer dans « {TIC} ».")


def is_refused_the_espace_for_a_centre_de_gestion(person: Visitor) -> None:
    """E-05."""
    person.open("/structures/nouvelle", "Quel est son identifiant ?")
    person.check("Non, elle n'a pas de SIRET")
    person.choose("identifier_type", "Structure en cours d'immatriculation")
    person.press("Continuer", "Vérifiez ses informations")
    person.fill(identifier="CDG-2026", name="Centre de gestion du Béarn", street="1 place du Foirail")
    person.fill(postcode="64000", town="Pau")
    person.check("La structure est un centre de gestion agricole")
    person.press("Enregistrer", "Centre de gestion du Béarn")
    person.follow(f"Pourquoi ? {TIC}", f"« {TIC} » ne peut pas être ouvert")
    person.reads("est un centre de gestion agricole")


def asks_to_be_attached(person: Visitor) -> None:
    """S-09."""
    person.follow("Rechercher ma structure", "Rechercher votre structure")
    person.fill(identifier=SIRET)
    person.press("Rechercher", "Rechercher votre structure")
    person.reads("1 structure trouvée")
    person.follow(f"Demander un rattachement à {AIFE}", "Demander un rattachement")
    person.fill(comment="Je tiens la comptabilité.")
    person.press("Envoyer la demande", "Où en êtes-vous ?")
    person.reads("En attente")


def approves(person: Visitor, mailbox: Mailbox) -> None:
    """S-10, E-09: from the link of the mail."""
    person.open(mailbox.link("/structures/[0-9]+/demandes"), "Demandes en attente")
    person.press("Approuver", "Demandes en attente")
    person.reads("Demande approuvée.")


def asks_for_a_subscription(person: Visitor) -> None:
    """E-08."""
    person.open("/", "Où en êtes-vous ?")
    person.follow("Demander un abonnement", "Demander un abonnement")
    person.check(TIC)
    person.check("Consultation")
    person.press("Valider", "Mes abonnements aux espaces")
    person.reads("En attente")


def test_two_people_go_from_a_new_account_to_a_granted_subscription(
    browser: Browser, portal_url: str, mailbox_url: str
) -> None:
    camille, dominique = Visitor(browser, portal_url, "camille"), Visitor(browser, portal_url, "dominique")
    mails_of_camille = Mailbox(mailbox_url, "camille@tilleuls.example")
    mails_of_dominique = Mailbox(mailbox_url, "dominique@tilleuls.example")

    signs_up(camille, mails_of_camille, "camille@tilleuls.example", "Durand", "Camille")
    creates_the_structure(camille)
    opens_the_espace(camille)
    is_refused_the_espace_for_a_centre_de_gestion(camille)
    signs_up(dominique, mails_of_dominique, "dominique@tilleuls.example", "Petit", "Dominique")
    asks_to_be_attached(dominique)
    approves(camille, mails_of_camille)
    asks_for_a_subscription(dominique)
    approves(camille, mails_of_camille)
    assert mails_of_dominique.link("/abonnements")
    dominique.open("/", "Où en êtes-vous ?")

    dominique.reads(f"Vous pouvez entrer dans « {TIC} ».")
    assert not re.search("À faire|En attente", dominique.page.get_by_role("main").inner_text())
