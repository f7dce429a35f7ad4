"""Every button of the portal that concerns accounts, clicked twice by an impatient hand.

Gateway, identity and notifier speak to each other over HTTP, and to a real mail server. Both clicks are sent by the
same page, so with the same cookies; what the second one is answered is what the person sees.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pyotp
import pytest
import requests

from chassis.events.ended_sessions import SESSION_ENDED
from gateway.app import create_app
from services.identity.models.history import by_command
from services.identity.use_cases import operators
from tests.gateway.builders import settings
from tests.gateway.stubs import NOBODY, a_service
from tests.integration.by_mail import ByMail, at_identitys_time, by_mail, link_in, text_of
from tests.kit.serving import serving
from tests.services.identity.builders import ANSWER as CAPTCHA
from tests.services.identity.builders import EMAIL, an_address
from tests.services.identity.builders import PASSWORD as PASSWORD_OF_ANOTHER
from tests.services.notifier.mail_server import MailServer

ADDRESS, NEW_ADDRESS = "double-clic@tilleuls.example", "double-clic-2@tilleuls.example"
NEW_CONTACT = "contact@tilleuls.example"
OPERATOR = "operateur@guichet.example"
PASSWORD, SECOND_PASSWORD = "un mot de passe que je retiens", "une jument noire dans la vallée"
ANSWER = "Médor"
ACCOUNT = "/mon-compte"
FACTORS = f"{ACCOUNT}/double-authentification"
Typed = dict[str, Any]
CODES = 'action="/mon-compte/double-authentification/codes-de-secours/gardes"'
"""In the page that shows recovery codes, until they are kept."""
SAVED_TWICE = ("secret_question_changed",) * 2
"""The same question with the same answer: whoever looks at the hash cannot see that."""
OF_STRUCTURES = re.compile(r"/(structures|abonnements|mon-compte/rattachements)\b")
"""Pages about structures and espaces."""
OTHER_SESSION = re.compile(r"/sessions/(\d+)/fin")


class Inputs(HTMLParser):
    """The hidden and text fields of a page with what they hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") and given.get("type") in ("hidden", "text", "email"):
            self.values[str(given["name"])] = given.get("value") or ""


class Impatient:
    """Somebody in front of the portal. `clicked`: the paths of the forms that were sent twice so far."""

    def __init__(self, portal_url: str, system: ByMail, mails: MailServer) -> None:
        self.portal = portal_url
        self._system = system
        self._mails = mails
        self._session = requests.Session()
        self.clicked: list[str] = []

    def open(self, path: str) -> str:
        answer = self._session.get(self.portal + path, timeout=20)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send_once(self, page: str, path: str = "", **typed: str) -> str:
        answer = self._send(page, path, typed, self._session)
        assert answer.status_code == 200, answer.text
        return answer.text

    def click_twice(self, page: str, path: str = "", *, events: tuple[str, ...] = (), **typed: str) -> str:
        """What the second click shows. `page`: where the button is; `path`: where it leads; `events`: all that is to
        happen."""
        before, shown = self._events(), self.open(page)
        again = requests.Session()
        again.cookies.update(self._session.cookies)
        first = self._send(page, path, typed, self._session, shown)
        second = self._send(page, path, typed, again, shown)
        self._session = again
        self.clicked.append(path or page)

        for answer in (first, second):
            assert answer.status_code < 500, (path or page, answer.text)
            assert '<html lang="fr"' in answer.text
            assert re.search(r"<h1[^>]*>(<bdi>)?[^<]*\w", answer.text)
            assert re.search(r"<main.*<(a|form) ", answer.text, re.DOTALL), "no next step"
        assert self._events() - before == Counter(f"identity.{name}.v1" for name in events), path or page
        return second.text

    def _send(
        self, page: str, path: str, typed: dict[str, str], session: requests.Session, shown: str | None = None
    ) -> requests.Response:
        values = Inputs(shown or self.open(page)).values
        return session.post(self.portal + (path or page), {**values, **typed}, timeout=30)

    def link(self, page: str) -> str:
        """The path that the newest mail leads to."""
        self._system.tell()
        self._system.send()
        newest = [mail for mail in self._mails.messages() if f"/{page}/" in text_of(mail)][-1]
        return f"/{page}/{link_in(newest, page)}"

    def elsewhere(self) -> "Impatient":
        """The same person on another device."""
        other = Impatient(self.portal, self._system, self._mails)
        other.clicked = self.clicked
        return other

    def has_an_account(self) -> None:
        self._system.identity.active_account()

    def is_an_operator(self) -> None:
        """Signed in, with the second factor that operators need."""
        identity = self._system.identity
        identity.active_account(login_email=OPERATOR)
        with identity.service.database.writing() as session:
            operators.add(session, OPERATOR, {}, by_command("operators add"))
        _, (code, *_) = identity.add_app(identity.signed_in(OPERATOR))
        self.send_once("/connexion", login_email=OPERATOR, password=PASSWORD_OF_ANOTHER)
        self.send_once("/connexion/seconde-etape?moyen=secours", recovery_code=code)

    def meets_someone_to_activate(self) -> int:
        """The number of their account. They have signed up an hour ago: no mail is on its way to them."""
        with at_identitys_time(timedelta(hours=-1)):
            self._system.identity.sign_up(login_email=an_address())
        return int(self._system.identity.events("identity.account_registered.v1")[-1]["account_id"])

    def meets_someone_with_an_app(self) -> int:
        address = an_address()
        account_id = self._system.identity.active_account(login_email=address)
        self._system.identity.protect(address)
        return account_id

    def _events(self) -> Counter[str]:
        """Count the events by name; how many sessions end with an act is no question of double clicks."""
        return Counter(name for name in self._system.identity.event_names() if name != SESSION_ENDED)


def secret_of(page: str) -> str:
    found = re.search(r'class="key">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def signs_up_and_in(person: Impatient) -> None:
    home: Typed = {"street": "1 rue du Pré", "postcode": "64000", "town": "Pau", "country": "FR"}
    name: Typed = {"last_name": "Durand", "first_name": "Camille", "login_email": ADDRESS}
    sign_up = "/compte/nouveau"
    person.click_twice(sign_up, **name, **home, captcha_answer=CAPTCHA, events=("account_registered",))
    person.click_twice("/compte/nouveau/envoye", "/compte/nouveau/renvoi", login_email=ADDRESS)
    chosen: Typed = {
        "password": PASSWORD,
        "password_again": PASSWORD,
        "secret_question": "autre",
        "own_question": "Chien ?",
    }
    link = person.link("activation")
    assert "est activé" in person.click_twice(link, **chosen, secret_answer=ANSWER, events=("account_activated",))
    person.click_twice("/connexion", login_email=ADDRESS, password=PASSWORD)
    assert not OTHER_SESSION.search(person.open(f"{ACCOUNT}/sessions"))


def recovers(person: Impatient) -> None:
    ask = "/mot-de-passe/oublie"
    person.click_twice(ask, login_email=ADDRESS, captcha_answer=CAPTCHA, events=("recovery_requested",))
    link = person.link("recuperation")
    chosen: Typed = {"password": SECOND_PASSWORD, "password_again": SECOND_PASSWORD, "secret_answer": ANSWER}
    assert "mot de passe" in person.click_twice(link, **chosen, events=("password_changed",))
    person.send_once("/connexion", login_email=ADDRESS, password=SECOND_PASSWORD)


def changes_everything(person: Impatient) -> None:
    person.click_twice(f"{ACCOUNT}/informations", last_name="Petit", country="FR", events=("account_changed",))
    other: Typed = {"contact_email": NEW_CONTACT, "current_password": SECOND_PASSWORD, "country": "FR"}
    awaited = ("contact_email_change_requested", "contact_email_link_requested")
    person.click_twice(f"{ACCOUNT}/informations", **other, events=awaited)
    person.click_twice(f"{ACCOUNT}/informations", f"{ACCOUNT}/adresse-de-contact/renvoi")
    link = person.link("adresse-de-contact")
    assert NEW_CONTACT in person.click_twice(link, events=("account_changed", "contact_email_changed"))
    person.click_twice(ACCOUNT, f"{ACCOUNT}/adresse-de-contact/annulation")
    back: Typed = {"current_password": SECOND_PASSWORD, "password": PASSWORD, "password_again": PASSWORD}
    person.click_twice(f"{ACCOUNT}/mot-de-passe", **back, events=("password_changed",))
    question: Typed = {"secret_question": "autre", "own_question": "Chat ?", "secret_answer": ANSWER}
    person.click_twice(f"{ACCOUNT}/question-secrete", **question, current_password=PASSWORD, events=SAVED_TWICE)
    asked: Typed = {"login_email": NEW_ADDRESS, "current_password": PASSWORD}
    mine = f"{ACCOUNT}/adresse-de-connexion"
    person.click_twice(mine, **asked, events=("login_email_change_requested", "login_email_link_requested"))
    person.click_twice(mine, f"{mine}/annulation")
    person.send_once(mine, **asked)
    link = person.link("adresse-de-connexion")
    assert NEW_ADDRESS in person.click_twice(link, events=("account_changed", "login_email_changed"))


def ends_sessions(person: Impatient) -> None:
    person.elsewhere().send_once("/connexion", login_email=NEW_ADDRESS, password=PASSWORD)
    sessions = f"{ACCOUNT}/sessions"
    number = OTHER_SESSION.search(person.open(sessions))
    assert number
    person.click_twice(sessions, f"{sessions}/{number[1]}/fin")
    person.click_twice(sessions, f"{sessions}/autres/fin")


def has_second_factors(person: Impatient) -> None:
    mine: Typed = {"current_password": PASSWORD}
    secret = secret_of(person.click_twice(f"{FACTORS}/application/ajout", **mine))
    code: Typed = {"code": pyotp.TOTP(secret).now()}
    shown = person.click_twice(f"{FACTORS}/application/relier", **code, events=("second_factor_added",))
    assert CODES in shown
    person.click_twice(f"{FACTORS}/codes-de-secours/nouveaux", f"{FACTORS}/codes-de-secours/gardes")
    renewed = person.click_twice(f"{FACTORS}/codes-de-secours", **mine, events=("recovery_codes_renewed",))
    assert CODES in renewed
    person.click_twice(f"{FACTORS}/codes-de-secours/nouveaux", f"{FACTORS}/codes-de-secours/gardes")
    elsewhere = person.elsewhere()
    elsewhere.send_once("/connexion", login_email=NEW_ADDRESS, password=PASSWORD)
    later: Typed = {"code": pyotp.TOTP(secret).at(time.time(), counter_offset=1)}
    assert "Se déconnecter" in elsewhere.click_twice("/connexion/seconde-etape", **later)
    person.click_twice(f"{FACTORS}/application/retrait", **mine, events=("second_factor_removed",))
    name: Typed = {"name": "Mon téléphone", "passkey": "{}"}
    person.click_twice(f"{FACTORS}/cles/ajout", **name, **mine)
    person.click_twice(f"{FACTORS}/cles/ajout", f"{FACTORS}/cles/enregistrement", **name)
    person.click_twice(FACTORS, f"{FACTORS}/cles/1/nom", **name)
    person.click_twice(FACTORS, f"{FACTORS}/cles/1/retrait", **mine)


def leaves(person: Impatient) -> None:
    person.click_twice("/", "/deconnexion")
    person.click_twice("/connexion/cle-d-acces", passkey="{}")
    person.send_once("/connexion", login_email=NEW_ADDRESS, password=PASSWORD)
    erasure: Typed = {"current_password": PASSWORD, "understood": "y"}
    page = f"{ACCOUNT}/donnees"
    person.click_twice(page, f"{page}/effacement", **erasure, events=("account_erased",))


def deactivates(person: Impatient) -> None:
    """Somebody else, for nothing can be clicked after it."""
    mine: Typed = {"current_password": PASSWORD_OF_ANOTHER}
    person.has_an_account()
    person.send_once("/connexion", login_email=EMAIL, password=PASSWORD_OF_ANOTHER)
    person.click_twice(f"{ACCOUNT}/desactivation", **mine, events=("account_deactivated",))


def helps(operator: Impatient) -> None:
    operator.is_an_operator()
    operator.click_twice("/operateur", name="Moreau")
    waiting = f"/operateur/comptes/{operator.meets_someone_to_activate()}"
    operator.click_twice(f"{waiting}/courriel-d-activation", events=("activation_requested",))
    helped = f"/operateur/comptes/{operator.meets_someone_with_an_app()}"
    operator.click_twice(f"{helped}/double-authentification", is_holder="y", events=("second_factors_reset",))
    operator.click_twice(f"{helped}/desactivation", events=("account_deactivated",))
    operator.click_twice(f"{helped}/reactivation", events=("account_reactivated",))


@contextmanager
def elsewhere() -> Iterator[dict[str, str]]:
    """The addresses of the other services, which have nothing of this person."""
    with a_service("structures") as structures, a_service("espaces") as espaces:
        for path in ("/attachments", "/structures", "/personal-data/obstacles"):
            structures.answer_as_documented("GET", path)
        for path in ("/subscriptions", "/menu"):
            espaces.answer_as_documented("GET", path)
        yield {"structures_url": structures.url, "espaces_url": espaces.url, "notifier_url": NOBODY}


@pytest.fixture
def person() -> Iterator[Impatient]:
    with by_mail() as system, system.open_mail_server() as mails, elsewhere() as others:
        gateway = create_app(settings(identity_url=system.identity_url, **others))
        with serving(gateway) as url:
            yield Impatient(url, system, mails)


def test_a_second_click_on_any_button_is_told_what_it_finds_and_nothing_happens_twice(person: Impatient) -> None:
    #
    signs_up_and_in(person)
    recovers(person)
    changes_everything(person)
    ends_sessions(person)
    has_second_factors(person)
    leaves(person)
    deactivates(person)
    helps(person.elsewhere())

    adapter = create_app(settings()).url_map.bind("localhost")
    clicked = {adapter.match(path.partition("?")[0], method="POST")[0] for path in person.clicked}
    assert clicked >= buttons()


def buttons() -> set[str]:
    """The endpoints of the portal's forms about accounts: a new one must be clicked above."""
    rules = create_app(settings()).url_map.iter_rules()
    return {
        rule.endpoint
        for rule in rules
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith("portal.") and not OF_STRUCTURES.match(rule.rule)
    }
