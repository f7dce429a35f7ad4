"""The guide, step by step, through the public API: from a new account to a granted subscription."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chassis.ground.clock import now
from embedded.directory.companies import companies
from tests.journeys.api import Api, Mailbox, Refused
from tests.kit.waiting import until

SIRET = "13001977100018"
TIC = "REMBOURSEMENT_TIC"
PERMISSIONS = ["CONSULTATION_UNIQUEMENT", "MODIFICATION"]
PASSWORD = "quatre mots choisis au hasard"
A_RIGHT_TAKES_SECONDS = 1.0


@dataclass
class Person:
    first_name: str
    last_name: str
    email: str
    api: Api
    account_id: int = 0


@dataclass
class Guide:
    """Two persons, one structure. `tell` shows what happens: a sentence, and details for those who watch."""

    api_url: str
    mailbox: Mailbox
    captcha: str
    tell: Callable[[str], None] = lambda text: None
    must_be_quick: bool = True
    """Whether a right must take effect within a second; not while processes are being killed."""
    mail_seconds: float = 60.0
    """The longest wait for a mail."""
    client: str | None = None
    """From which address they come, where the gateway believes a proxy; whoever comes often is made to wait (A-11)."""
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    structure: dict[str, Any] = field(default_factory=dict)
    expected: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Mails that must have come, by address and subject, each once."""

    def __post_init__(self) -> None:
        self.manager = self._person("Camille", "Moreau")
        self.colleague = self._person("Dominique", "Faure")

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        manager, colleague = self.manager, self.colleague
        yield "1. A person signs up, and activates the account from the mail", lambda: self.sign_up(manager)
        yield "   … and signs in", lambda: self.sign_in(manager)
        yield "2. They look for their structure, and find nothing in the registry", self.look_for_structure
        yield "   … the form is filled from the directory; they create the structure", self.create_structure
        yield "3. They open Demande de remboursement TIC", self.open_tic
        yield "   … the menu shows it at once", self.read_menu
        yield "   … a centre de gestion agricole is refused", self.open_tic_for_a_centre_de_gestion
        yield "4. A second person signs up", lambda: self.sign_up(colleague)
        yield "   … and signs in", lambda: self.sign_in(colleague)
        yield "   … asks to be attached to the structure", self.request_attachment
        yield "   … the manager approves", self.approve_attachment
        yield "   … they ask for a subscription", self.request_subscription
        yield "   … the manager approves, and the access check says yes", self.approve_subscription
        yield "Every mail has come, each once", self.count_mails

    def play(self) -> None:
        for _, step in self.steps():
            step()

    def sign_up(self, person: Person) -> None:
        self._ask_for_account(person)
        self._await_mail(person, "Activez votre compte")
        self._activate(person)
        self._await_mail(person, "Votre compte Guichet est actif")

    def sign_in(self, person: Person) -> None:
        signed_in = person.api.post("/sessions", {"login_email": person.email, "password": PASSWORD})
        person.api.token = signed_in["access_token"]
        person.account_id = person.api.get("/accounts/me")["account_id"]

    def look_for_structure(self) -> None:  # S-02
        """A structure that an earlier journey created is passed over for the next one of the directory."""
        self.siret = self._first_free(sirets())
        if self.siret != SIRET:
            self.tell(f"{SIRET} is registered already; the journey takes {self.siret}")

    def create_structure(self) -> None:  # S-01, S-04, S-06 to S-08
        self.structure = self._create(self.siret)
        if self.siret == SIRET:
            assert self.structure["name"] == "AGENCE INFORMATIQUE FINANCIERE ETAT"
            assert self.structure["street"] == "10 RUE DU CENTRE"
            assert (self.structure["postcode"], self.structure["town"]) == ("93160", "NOISY LE GRAND")
        self.tell(f"{self.structure['name']}, {self.structure['street']}, {self.structure['postcode']}")
        (attachment,) = self.manager.api.get("/attachments")["items"]
        assert (attachment["role"], attachment["status"]) == ("GESTIONNAIRE_PRINCIPAL", "VALIDEE")

    def open_tic(self) -> None:  # E-01 to E-07
        self.manager.api.post(
            f"/structures/{self.structure_id}/openings", _tic_opening(), already={"espace_already_open"}
        )
        self._await_mail(self.manager, "Demande de remboursement TIC est ouvert")

    def read_menu(self) -> None:  # E-11, E-14
        menu = {entry["espace"]: entry for entry in self.manager.api.get("/menu")["items"]}
        mine = [where for where in menu[TIC]["structures"] if where["structure_id"] == self.structure_id]
        assert [sorted(where["permissions"]) for where in mine] == [PERMISSIONS]

    def open_tic_for_a_centre_de_gestion(self) -> None:  # E-05
        centre = self._create(self._first_free(sirets(centres_first=True)), is_centre_de_gestion=True)
        no = self.manager.api.refusal(f"/structures/{centre['structure_id']}/openings", _tic_opening())
        assert (no.status, no.code) == (409, "espace_not_available")
        self.tell(str(no))

    def request_attachment(self) -> None:  # S-09
        path = f"/structures/{self.structure_id}/attachments"
        self.colleague.api.post(path, {"comment": "Je rejoins le service."}, already={"attachment_exists"})
        self._await_mail(self.manager, "Dominique Faure demande à rejoindre")

    def approve_attachment(self) -> None:  # S-10
        path = f"/structures/{self.structure_id}/attachments"
        waiting = self.manager.api.get(path, status="EN_COURS_DE_VALIDATION")["items"]
        (request,) = [one for one in waiting if one["person"]["account_id"] == self.colleague.account_id]
        decision = {"attachment_ids": [request["attachment_id"]], "decision": "APPROVE"}
        self.manager.api.post("/attachments/decisions", decision, already={"attachment_not_pending"})
        self._await_mail(self.colleague, "Votre rattachement")

    def request_subscription(self) -> None:  # E-08
        wanted = {
            "structure_id": self.structure_id,
            "espace": TIC,
            "permissions": PERMISSIONS,
            "requested_on": now().date().isoformat(),
            "comment": "Pour la campagne en cours.",
        }
        until(lambda: self._is_asked_for(wanted), within=self.mail_seconds)
        self._await_mail(self.manager, "Dominique Faure demande à utiliser")

    def approve_subscription(self) -> None:  # E-09, E-11, E-15
        path = f"/structures/{self.structure_id}/subscriptions"
        waiting = self.manager.api.get(path, status="EN_COURS_DE_VALIDATION")["items"]
        chosen = [one["subscription_id"] for one in waiting]
        assert len(chosen) == len(PERMISSIONS)
        assert not self._may_modify()
        decision = {"subscription_ids": chosen, "decision": "APPROVE"}
        self.manager.api.post("/subscriptions/decisions", decision, already={"subscription_not_pending"})
        decided = time.monotonic()
        until(self._may_modify, within=A_RIGHT_TAKES_SECONDS if self.must_be_quick else self.mail_seconds)
        took = time.monotonic() - decided
        late = "" if took < A_RIGHT_TAKES_SECONDS else ": late, as when a process is being started again"
        self.tell(f"access check: yes, {took * 1000:.0f} ms after the decision{late}")
        self._await_mail(self.colleague, "Votre abonnement")

    def count_mails(self) -> None:  # N-03
        come: Counter[tuple[str, str]] = Counter()
        for person in (self.manager, self.colleague):
            for mail in self.mailbox.mails(person.email):
                come[(person.email, mail["subject"])] += mail["deliveries"]
        wrong = {mail: times for mail, times in come.items() if times != self.expected[mail]}
        assert come == self.expected, f"not as often as expected: {wrong}"
        self.tell(f"{come.total()} mails")

    @property
    def structure_id(self) -> int:
        number: int = self.structure["structure_id"]
        return number

    def _person(self, first_name: str, last_name: str) -> Person:
        email = f"{first_name}.{last_name}.{self.run}@exemple.fr".lower()
        return Person(first_name, last_name, email, Api(self.api_url, client=self.client))

    def _ask_for_account(self, person: Person) -> None:
        """An answer that was lost burns the captcha: then another one is taken."""
        while True:
            captcha = person.api.post("/captchas", {})
            try:
                person.api.post("/accounts", _sign_up(person, captcha["captcha_id"], self.captcha))
            except Refused as refused:
                if refused.code != "captcha_expired":
                    raise
            else:
                return

    def _activate(self, person: Person) -> None:
        """A mail that a crash cut short is sent again with a new link; then the latest one counts."""
        chosen = {"password": PASSWORD, "secret_question": "Premier animal ?", "secret_answer": "Médor"}
        while True:
            link = re.search(r"/activation/(\S+)", self._latest(person)["text"])
            assert link
            person.api.post("/activations/check", {"token": link[1]}, already={"activation_link_superseded"})
            try:
                person.api.post("/activations", {"token": link[1], **chosen}, already={"activation_link_used"})
            except Refused as refused:
                if refused.code != "activation_link_superseded":
                    raise
            else:
                return

    def _latest(self, person: Person) -> dict[str, Any]:
        return self.mailbox.mails(person.email)[-1]

    def _await_mail(self, person: Person, subject: str) -> None:
        def new() -> list[dict[str, Any]]:
            mails = self.mailbox.mails(person.email)
            return [
                mail
                for mail in mails
                if subject in mail["subject"] and not self.expected[person.email, mail["subject"]]
            ]

        (mail,) = until(new, within=self.mail_seconds)
        self.expected[person.email, mail["subject"]] += 1
        self.tell(f"✉ {mail['to']}: {mail['subject']}")
        for line in _action(mail["text"]):
            self.tell(f"    {line}")

    def _first_free(self, candidates: Iterator[str]) -> str:
        for siret in candidates:
            if not self._registered(siret):
                return siret
        raise AssertionError("journeys have registered the whole sandbox directory; `make clean` forgets them")

    def _registered(self, siret: str) -> list[Any]:
        items: list[Any] = self.manager.api.get("/structures", identifier=siret, identifier_type="SIRET")["items"]
        return items

    def _create(self, siret: str, *, is_centre_de_gestion: bool = False) -> dict[str, Any]:
        filled = self.manager.api.get(f"/directory/establishments/{siret}")
        flags = ("is_edi_emitter", "receives_edi_life_cycles")
        body = {
            **{name: filled[name] for name in ("name", "street", "complement_1", "postcode", "town", "country")},
            **dict.fromkeys(flags, False),
            "identifier_type": "SIRET",
            "identifier": siret,
            "status": "ACTIF",
            "is_public": filled["is_public"],
            "is_centre_de_gestion": is_centre_de_gestion,
            "accepts_attachment_requests": True,
        }
        created: dict[str, Any] | None = self.manager.api.post("/structures", body, already={"structure_exists"})
        if created is None:
            (created,) = self._registered(siret)
        return created

    def _is_asked_for(self, wanted: dict[str, Any]) -> bool:
        """The approval was another person's doing: espaces may hear of it a moment after the mail has come."""
        already = {"subscription_pending", "subscription_exists"}
        try:
            self.colleague.api.post("/subscriptions", wanted, already=already)
        except Refused as refused:
            if refused.code != "not_attached":
                raise
            return False
        return True

    def _may_modify(self) -> bool:
        question = {"account_id": self.colleague.account_id, "structure_id": self.structure_id}
        access = self.colleague.api.get("/access", **question, espace=TIC, permission="MODIFICATION")
        return bool(access["allowed"])


def _sign_up(person: Person, captcha_id: str, answer: str) -> dict[str, Any]:
    return {
        "login_email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "street": "10 rue du Centre",
        "postcode": "93160",
        "town": "Noisy-le-Grand",
        "country": "FR",
        "captcha_id": captcha_id,
        "captcha_answer": answer,
    }


def _tic_opening() -> dict[str, Any]:
    options = {"categorie_beneficiaire": "EXPLOITANT_INDIVIDUEL", "pacage": "093160001"}
    return {"espace": TIC, "permissions": PERMISSIONS, "options": options}


def _action(text: str) -> list[str]:
    """The line of a mail that says what to do, and its link."""
    lines = [line for line in text.splitlines() if line.strip()]
    links = [number for number, line in enumerate(lines) if line.startswith("http")]
    return lines[max(0, links[0] - 1) : links[0] + 1] if links else lines[:1]


def sirets(*, centres_first: bool = False) -> Iterator[str]:
    """SIRETs of the sandbox directory that can be registered: the guide's first, or those of centres de gestion."""
    can_be = [
        company
        for company in companies()
        if company.is_open and not company.is_partial and company.name and company.addresses[0].street
    ]
    centres = [company for company in can_be if company.name.startswith("CENTRE DE GESTION")]
    others = [company for company in can_be if company not in centres]
    if not centres_first:
        yield SIRET
    for company in [*centres, *reversed(others)] if centres_first else others:
        yield company.siren + company.nics[0]
