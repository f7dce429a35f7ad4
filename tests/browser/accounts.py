"""Accounts of people whose journey begins later: made through the API, which takes a tenth of the time of the pages."""

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.browser.visitor import Mailbox, Visitor
from tests.journeys.api import Api

PASSWORD = "un mot de passe que je retiens"
HOME = "Où en êtes-vous ?"


def make_account(
    portal_url: str,
    mailbox: Mailbox,
    address: str,
    last_name: str = "Durand",
    first_name: str = "Camille",
    question: str = "Premier animal ?",
    answer: str = "Médor",
) -> None:
    """Sign up and activate; the mailbox is then read up to the activation mail."""
    api = Api(f"{portal_url}/api/v1")
    body = {"login_email": address, "last_name": last_name, "first_name": first_name, "street": "10 rue du Centre"}
    body |= {"postcode": "93160", "town": "Noisy-le-Grand", "country": "FR", "captcha_answer": SANDBOX_CAPTCHA}
    api.post("/accounts", {**body, "captcha_id": api.post("/captchas", {})["captcha_id"]})
    token = mailbox.link("/activation/").rpartition("/")[2]
    chosen = {"password": PASSWORD, "secret_question": question, "secret_answer": answer}
    api.post("/activations", {"token": token, **chosen})


def enters_with_account(person: Visitor, mailbox: Mailbox, address: str, last_name: str, first_name: str) -> None:
    """Make the account, and sign in to it in the browser."""
    make_account(person.portal_url, mailbox, address, last_name, first_name)
    person.open("/connexion", "Se connecter")
    person.fill(login_email=address, password=PASSWORD)
    person.press("Se connecter", HOME)
