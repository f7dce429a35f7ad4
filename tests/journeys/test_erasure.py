"""A-15 on the whole system: somebody who has used everything takes a copy and leaves, and nothing of them is left."""

import json
import re
import secrets
import string
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from chassis.events.inbox import ParkedRow
from chassis.events.outbox import OutboxRow
from chassis.events.received import FollowedRow
from chassis.processes.registry import SERVICES
from chassis.storage.database import Database
from embedded.run.fleet import FOLLOWS, SANDBOX_CAPTCHA, fleet
from services.notifier.models.mails import Mail, MailState
from tests.journeys.api import Api, Mailbox, Refused
from tests.journeys.guide import PERMISSIONS, TIC, Guide
from tests.kit.databases import everything_in
from tests.kit.waiting import until
from tests.services.identity.authenticators import SoftPasskey
from tests.system import System

pytestmark = pytest.mark.system

PASSWORD, NEW_PASSWORD = "quatre mots choisis au hasard", "cinq autres mots choisis ensuite"
ANSWER = "Médor"
SECONDS = 90.0
REBUILD_SECONDS = 120
FACTURES = "FACTURES_EMISES"


@dataclass
class Leaver:
    """Everything that they ever type or send has `mark` in it, which nothing else has."""

    api: Api
    mailbox: Mailbox
    mark: str
    account_id: int = 0
    app: str = ""

    @property
    def login_email(self) -> str:
        return f"login.{self.mark}@exemple.fr"

    @property
    def contact_email(self) -> str:
        return f"contact.{self.mark}@exemple.fr"

    def details(self) -> dict[str, str]:
        return {
            **self.captcha(),
            "login_email": self.login_email,
            "contact_email": f"avant.{self.mark}@exemple.fr",
            "last_name": f"Quidam-{self.mark}",
            "first_name": f"Zébuline {self.mark}",
            "street": f"7 rue {self.mark}",
            "postcode": self.mark[:20],
            "town": f"{self.mark}-les-Oies",
            "country": "FR",
        }

    def captcha(self) -> dict[str, str]:
        return {"captcha_id": self.api.post("/captchas", {})["captcha_id"], "captcha_answer": SANDBOX_CAPTCHA}

    def says(self, what: str) -> str:
        return f"{what} {self.mark}"

    def sign_in(self, **shown: str) -> None:
        begun = self.api.post("/sessions", {"login_email": self.login_email, "password": NEW_PASSWORD})
        if "challenge" in begun:
            begun = self.api.post("/sessions/second-factor", {"challenge": begun["challenge"], **shown})
        self.api.token = begun["access_token"]

    def link(self, page: str, subject: str, address: str = "") -> str:
        """The token of the newest link of that kind, at the login e-mail unless another address is given."""
        return until(lambda: self._link(page, subject, address or self.login_email), within=SECONDS)

    def _link(self, page: str, subject: str, address: str) -> str:
        texts = [mail["text"] for mail in self.mailbox.mails(address) if subject in mail["subject"]]
        links: list[str] = re.findall(rf"/{page}/(\S+)", texts[-1]) if texts else []
        return links[0] if links else ""


@pytest.fixture(scope="module")
def guide(system: System) -> Guide:
    """Another person, who manages a structure with an open espace."""
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)
    guide.sign_up(guide.manager)
    guide.sign_in(guide.manager)
    guide.look_for_structure()
    guide.create_structure()
    guide.open_tic()
    return guide


@pytest.fixture
def leaver(system: System) -> Leaver:
    mark = "".join(secrets.choice(string.ascii_lowercase[6:]) for _ in range(10))
    found = Leaver(Api(system.api_url), Mailbox(system.mailbox_url), mark)
    found.api._session.headers["User-Agent"] = found.says("Netscape Navigator en bois")
    return found


@pytest.fixture
def databases(system: System) -> Iterator[dict[str, Database]]:
    opened = {name: Database(system.layout.database_url(name)) for name in SERVICES}
    yield opened
    for database in opened.values():
        database.dispose()


def test_who_leaves_takes_everything_along_and_leaves_nothing(
    system: System, guide: Guide, leaver: Leaver, databases: dict[str, Database]
) -> None:
    has_an_account(leaver)
    changes_everything(leaver)
    adds_second_factors(leaver, system.layout.portal_url)
    own = manages_a_structure(system, guide, leaver)
    asks_for_everything(guide, leaver)
    assert {name for name in SERVICES if leaver.mark in everything_in(databases[name])} == set(SERVICES)

    copy = takes_a_copy(leaver)
    is_not_let_go_while_a_structure_has_nobody_else(leaver, own)
    before_long_is_gone(leaver)

    until(lambda: quiet(databases), within=SECONDS)
    is_nowhere(system, leaver, databases)
    got_a_last_mail(leaver)
    for service in FOLLOWS:
        assert corrected(rebuilt(system, service)) == 0
    is_nowhere(system, leaver, databases)
    assert [parked(database) for database in databases.values()] == [0] * len(databases)
    the_others_go_on(guide, leaver, copy)


def has_an_account(leaver: Leaver) -> None:
    """Signed up twice, activated, recovered and signed in to."""
    api = leaver.api
    api.post("/accounts", leaver.details())
    token = leaver.link("activation", "Activez votre compte")
    chosen = {"password": PASSWORD, "secret_question": leaver.says("Le premier ?"), "secret_answer": ANSWER}
    api.post("/activations", {"token": token, **chosen})
    api.post("/accounts", leaver.details())
    wrong = api.refusal("/sessions", {"login_email": leaver.login_email, "password": "a wrong one of them"})
    assert wrong.code == "wrong_credentials"
    api.post("/recoveries/requests", {"login_email": leaver.login_email, **leaver.captcha()})
    token = leaver.link("recuperation", "mot de passe")
    api.post("/recoveries", {"token": token, "secret_answer": ANSWER, "password": NEW_PASSWORD})
    leaver.sign_in()
    leaver.account_id = api.get("/accounts/me")["account_id"]


def changes_everything(leaver: Leaver) -> None:
    """Names and contact e-mail, the question; another login e-mail is asked for and never confirmed."""
    api, password = leaver.api, {"current_password": NEW_PASSWORD}
    changes = {"last_name": f"Quidamovitch-{leaver.mark}", "contact_email": leaver.contact_email}
    api._call("PATCH", "/accounts/me", (), json={**changes, **password, "version": api.get("/accounts/me")["version"]})
    token = leaver.link("adresse-de-contact", "Confirmez votre adresse de contact", leaver.contact_email)
    api.post("/contact-emails", {"token": token})
    question = {"secret_question": leaver.says("Le second ?"), "secret_answer": ANSWER}
    api.post("/accounts/me/secret-question", {**password, **question})
    api.post("/accounts/me/login-email", {**password, "login_email": f"apres.{leaver.mark}@exemple.fr"})


def adds_second_factors(leaver: Leaver, portal_url: str) -> None:
    """An app, and a passkey with a name."""
    api, password = leaver.api, {"current_password": NEW_PASSWORD}
    leaver.app = api.post("/second-factors/authenticator-app", password)["secret"]
    api.post("/second-factors/authenticator-app/confirmation", {"code": pyotp.TOTP(leaver.app).now()})
    options = api.post("/second-factors/passkey-options", password)["options"]
    credential = SoftPasskey(origin=portal_url).register(options)
    api.post("/second-factors/passkeys", {"name": leaver.says("Ma clé"), "credential": credential})


def manages_a_structure(system: System, guide: Guide, leaver: Leaver) -> int:
    """Where they open an espace, and refuse the manager of another one, in their own words."""
    own = Guide(system.api_url, leaver.mailbox, SANDBOX_CAPTCHA)
    own.manager.api = leaver.api
    own.look_for_structure()
    own.create_structure()
    leaver.api.post(f"/structures/{own.structure_id}/openings", {"espace": FACTURES, "permissions": PERMISSIONS})
    asked = guide.manager.api.post(f"/structures/{own.structure_id}/attachments", {"comment": "Puis-je ?"})
    refusal = decision("attachment_ids", [asked["attachment_id"]], leaver.says("Non,"))
    leaver.api.post("/attachments/decisions", refusal)
    return own.structure_id


def asks_for_everything(guide: Guide, leaver: Leaver) -> None:
    """Is refused with their name in the reason, attached, refused a subscription, and waits for another."""
    manager, api = guide.manager.api, leaver.api
    asking = f"/structures/{guide.structure_id}/attachments"
    first = api.post(asking, {"comment": leaver.says("Bonjour, ici")})["attachment_id"]
    manager.post("/attachments/decisions", decision("attachment_ids", [first], leaver.says("Inconnue :")))
    second = api.post(asking, {"comment": leaver.says("C'est encore")})["attachment_id"]
    manager.post("/attachments/decisions", {"attachment_ids": [second], "decision": "APPROVE"})
    asked = until(lambda: subscribed(guide, leaver, "Pour"), within=SECONDS)
    manager.post("/subscriptions/decisions", decision("subscription_ids", asked, leaver.says("Pas vous,")))
    assert subscribed(guide, leaver, "Encore")


def decision(which: str, numbers: list[int], reason: str) -> dict[str, Any]:
    return {which: numbers, "decision": "REFUSE", "reason": reason}


def subscribed(guide: Guide, leaver: Leaver, why: str) -> list[int]:
    """The numbers of the new requests; none while espaces have not heard of the attachment."""
    wanted = {"structure_id": guide.structure_id, "espace": TIC, "permissions": PERMISSIONS}
    dated = {"requested_on": "2026-11-24", "comment": leaver.says(why)}
    try:
        items = leaver.api.post("/subscriptions", {**wanted, **dated})["items"]
    except Refused as refused:
        if refused.code != "not_attached":
            raise
        return []
    return [one["subscription_id"] for one in items]


def takes_a_copy(leaver: Leaver) -> dict[str, Any]:
    copy: dict[str, Any] = leaver.api.get("/personal-data")
    assert {part for part in copy if leaver.mark in json.dumps(copy[part], ensure_ascii=False)} == set(SERVICES)
    assert copy["identity"]["account"]["login_email"] == leaver.login_email
    assert [each["name"] for each in copy["identity"]["second_factors"]["passkeys"]] == [leaver.says("Ma clé")]
    assert len(copy["structures"]["attachments"]) == 3
    assert len(copy["espaces"]["subscriptions"]) == 6
    assert {"activation", "recovery", "password_changed"} <= {mail["template"] for mail in copy["notifier"]["mails"]}
    return copy


def is_not_let_go_while_a_structure_has_nobody_else(leaver: Leaver, structure_id: int) -> None:
    proof = {"current_password": NEW_PASSWORD, "code": "000000"}
    assert leaver.api.refusal("/personal-data/erasure", proof).code == "only_manager"
    # Any version: nobody else is there who could have changed it.
    leaver.api._call("PATCH", f"/structures/{structure_id}", (), json={"status": "INACTIF"}, version="*")
    assert leaver.api.refusal("/personal-data/erasure", proof).code == "second_factor_wrong"


def before_long_is_gone(leaver: Leaver) -> None:
    """With the code that their app shows in a moment: the one of now has served."""
    code = pyotp.TOTP(leaver.app).at(time.time(), counter_offset=1)
    leaver.api.post("/personal-data/erasure", {"current_password": NEW_PASSWORD, "code": code})


def quiet(databases: dict[str, Database]) -> bool:
    """Every event has been heard everywhere, and every mail is out."""
    told: dict[str, int] = {}
    for name, database in databases.items():
        with database.reading() as session:
            positions = list(session.scalars(select(OutboxRow.position)))
        if None in positions:
            return False
        told[name] = max([each for each in positions if each is not None], default=0)
    for name, producers in FOLLOWS.items():
        with databases[name].reading() as session:
            followed = {row.producer: row.position for row in session.scalars(select(FollowedRow))}
        if any(followed.get(producer, 0) < told[producer] for producer in producers):
            return False
    with databases["notifier"].reading() as session:
        return session.scalar(select(Mail.id).where(Mail.state.in_([MailState.DUE, MailState.SENDING]))) is None


def is_nowhere(system: System, leaver: Leaver, databases: dict[str, Database]) -> None:
    left = [
        f"{name}: {line}"
        for name, database in databases.items()
        for line in everything_in(database).splitlines()
        if leaver.mark in line.lower()
    ]
    logs = [*(system.layout.folder / "log").iterdir(), system.layout.folder / "launcher.log"]
    assert logs
    assert left == []
    assert [log.name for log in logs if leaver.mark in log.read_text("utf-8", errors="replace").lower()] == []


def got_a_last_mail(leaver: Leaver) -> None:
    subjects = [mail["subject"] for mail in leaver.mailbox.mails(leaver.contact_email)]

    assert subjects.count("Votre compte Guichet est effacé") == 1
    assert subjects[-1] == "Votre compte Guichet est effacé"


def rebuilt(system: System, service: str) -> str:
    """What `guichet events rebuild` says, with the settings of the service's worker."""
    worker = next(one for one in fleet(system.layout) if one.name == f"{service} worker")
    command = [*worker.command[:-2], "events", "rebuild", service]
    done = subprocess.run(
        command, env=worker.environment({}), capture_output=True, text=True, timeout=REBUILD_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def corrected(told: str) -> int:
    """Rows that were not as the producers' feeds have it, redacted as these are."""
    assert told
    return sum(int(number) for number in re.findall(r"(\d+) (?:added|corrected|removed)", told))


def parked(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(ParkedRow.event_id)).all())


def the_others_go_on(guide: Guide, leaver: Leaver, copy: dict[str, Any]) -> None:
    """The manager sees a request of nobody any more, works on, and the address can have another account."""
    seen = guide.manager.api.get(f"/structures/{guide.structure_id}/attachments")["items"]
    theirs = [one for one in seen if one["person"]["account_id"] == copy["identity"]["account"]["account_id"]]
    assert {(one["person"]["last_name"], one["comment"], one["reason"]) for one in theirs} == {(None, "", None)}
    assert (
        guide.manager.api.get(f"/structures/{guide.structure_id}/subscriptions", status="EN_COURS_DE_VALIDATION")[
            "items"
        ]
        == []
    )
    guide.read_menu()
    leaver.api.token = None
    leaver.api.post("/accounts", leaver.details())
    assert leaver.link("activation", "Activez votre compte")
