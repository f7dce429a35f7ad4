"""A forgotten password through the public API, with its mails, on the whole system."""

import re

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.journeys.api import Mailbox, Refused
from tests.journeys.guide import PASSWORD, Guide, Person
from tests.kit.waiting import until
from tests.system import System

pytestmark = pytest.mark.system

NEW_PASSWORD = "une jument noire dans la vallée"
MAIL_SECONDS = 60


def ask_for_recovery(person: Person) -> None:
    captcha = person.api.post("/captchas", {})
    body = {"login_email": person.email, "captcha_id": captcha["captcha_id"], "captcha_answer": SANDBOX_CAPTCHA}
    assert person.api.post("/recoveries/requests", body) == {}


def await_mail(mailbox: Mailbox, person: Person, subject: str) -> str:
    """Its text."""
    found = until(
        lambda: [mail for mail in mailbox.mails(person.email) if mail["subject"] == subject], within=MAIL_SECONDS
    )
    (mail,) = found
    return str(mail["text"])


@pytest.fixture
def mailbox(system: System) -> Mailbox:
    return Mailbox(system.mailbox_url)


@pytest.fixture
def person(system: System, mailbox: Mailbox) -> Person:
    """With an active account, and signed in."""
    guide = Guide(system.api_url, mailbox, SANDBOX_CAPTCHA)
    guide.sign_up(guide.manager)
    guide.sign_in(guide.manager)
    return guide.manager


def test_a_forgotten_password_is_recovered_with_mail_and_answer(person: Person, mailbox: Mailbox) -> None:
    # N-01
    ask_for_recovery(person)
    link = re.search(r"/recuperation/(\S+)", await_mail(mailbox, person, "Choisissez un nouveau mot de passe"))
    assert link
    shown = person.api.post("/recoveries/check", {"token": link[1]})
    chosen = {"token": link[1], "password": NEW_PASSWORD}
    wrong = person.api.refusal("/recoveries", {**chosen, "secret_answer": "Rex"})

    person.api.post("/recoveries", {**chosen, "secret_answer": " MEDOR "})

    assert shown["secret_question"] == "Premier animal ?"
    assert wrong.code == "recovery_answer_wrong"
    assert "Si ce n'était pas vous" in await_mail(mailbox, person, "Votre mot de passe a été changé")
    assert person.api.refusal("/sessions", {"login_email": person.email, "password": PASSWORD}).status == 401
    assert person.api.post("/sessions", {"login_email": person.email, "password": NEW_PASSWORD})["access_token"]


def test_five_wrong_answers_burn_the_link_and_are_mailed(person: Person, mailbox: Mailbox) -> None:
    ask_for_recovery(person)
    link = re.search(r"/recuperation/(\S+)", await_mail(mailbox, person, "Choisissez un nouveau mot de passe"))
    assert link
    guess = {"token": link[1], "password": NEW_PASSWORD}

    codes = [person.api.refusal("/recoveries", {**guess, "secret_answer": f"Rex {number}"}).code for number in range(6)]

    assert codes == ["recovery_answer_wrong"] * 4 + ["recovery_link_burnt"] * 2
    text = await_mail(mailbox, person, "Récupération du mot de passe : 5 réponses fausses")
    assert "Votre mot de passe n'a pas changé" in text
    with pytest.raises(Refused):
        person.api.post("/recoveries", {**guess, "secret_answer": "Médor"})
    assert person.api.post("/sessions", {"login_email": person.email, "password": PASSWORD})["access_token"]
