"""Accounts, links and a running identity for tests, each one valid until a test changes it."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import select
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from chassis.ground.settings import Secret
from services.identity import resources
from services.identity.app import SERVICE
from services.identity.factors import encryption_at_rest
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.activation_links import ActivationLink
from services.identity.models.base import Base
from services.identity.models.history import Happening, HistoryEntry
from services.identity.models.recovery_links import RecoveryLink
from services.identity.models.sessions import AccountSession
from services.identity.resources import Resources
from services.identity.settings import Settings
from services.identity.throttling.response_padding import ResponsePadding
from services.identity.tokens import signing_keys
from tests.kit import people
from tests.kit.support import ServiceUnderTest, service_under_test

ANSWER = "HK9LM"
EMAIL = people.EMAIL
Headers = dict[str, str]
PORTAL = "https://guichet.localhost"
PASSWORD = "un cheval pâle sur la colline"
NEW_PASSWORD = "une jument noire dans la vallée"
SECRET_QUESTION = "Le nom de mon premier tracteur ?"
SECRET_ANSWER = "Bébert"
SETTINGS: dict[str, Any] = {
    "signing_keys": Secret(json.dumps({"keys": [signing_keys.new_signing_key()]})),
    "encryption_keys": Secret(encryption_at_rest.new_encryption_key()),
    "portal_url": PORTAL,
    "client_secret_structures": Secret("structures-of-this-test"),
    "client_secret_espaces": Secret("espaces-of-this-test"),
    "client_secret_notifier": Secret("notifier-of-this-test"),
    "captcha_sandbox_answer": ANSWER,
    "argon2_time_cost": 1,
    "argon2_memory_kib": 64,
    "argon2_parallelism": 1,
}
"""Argon2 as cheap as it can be: what it costs is not what these tests are about."""


def an_account(**changes: Any) -> Account:
    usual = {
        "id": 41,
        **people.account_details(),
        "status": AccountStatus.PENDING,
        "registered_at": now(),
        "mail_asked_at": now(),
    }
    return Account(**{**usual, **changes})


def a_link(**changes: Any) -> ActivationLink:
    usual = {"account_id": 41, "token_hash": "0" * 64, "issued_at": now(), "expires_at": now() + timedelta(minutes=60)}
    return ActivationLink(**{**usual, **changes})


def a_recovery_link(**changes: Any) -> RecoveryLink:
    usual = {"account_id": 41, "token_hash": "0" * 64, "issued_at": now(), "expires_at": now() + timedelta(minutes=60)}
    return RecoveryLink(**{**usual, "tries": 0, "wrong_answers": 0, **changes})


def a_session(**changes: Any) -> AccountSession:
    usual = {
        "account_id": 41,
        "family_hash": "1" * 64,
        "token_hash": "2" * 64,
        "created_at": now(),
        "last_used_at": now(),
        "expires_at": now() + timedelta(days=30),
        "user_agent": "",
    }
    return AccountSession(**{**usual, **changes})


class Identity:
    """The running service, and the steps that most tests take."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.client = service.client
        self._recovery_codes: dict[str, list[str]] = {}

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.service.client.post(path, json=body, **options)

    def captcha(self) -> str:
        return str(self.post("/captchas").get_json()["captcha_id"])

    def sign_up_body(self, **changes: Any) -> dict[str, Any]:
        captcha_id = changes.pop("captcha_id", None) or self.captcha()
        return people.account_details(**{"captcha_id": captcha_id, "captcha_answer": ANSWER, **changes})

    def sign_up(self, **changes: Any) -> TestResponse:
        return self.post("/accounts", self.sign_up_body(**changes))

    def resend(self, login_email: str = EMAIL) -> TestResponse:
        return self.post("/activations/resend", {"login_email": login_email})

    def issue_link(self, account_id: int = 1) -> TestResponse:
        headers = self.own_service_headers("notifier")
        return self.post("/internal/activation-links", {"account_id": account_id}, headers=headers)

    def link(self, account_id: int = 1) -> str:
        return str(self.issue_link(account_id).get_json()["token"])

    def check(self, token: str) -> TestResponse:
        return self.post("/activations/check", {"token": token})

    def activate(self, token: str, **changes: Any) -> TestResponse:
        usual = {
            "token": token,
            "password": PASSWORD,
            "secret_question": SECRET_QUESTION,
            "secret_answer": SECRET_ANSWER,
        }
        return self.post("/activations", {**usual, **changes})

    def active_account(self, **changes: Any) -> int:
        """Signs up and activates; the number of the account."""
        self.sign_up(**changes)
        account_id = int(self.events("identity.account_registered.v1")[-1]["account_id"])
        assert self.activate(self.link(account_id)).status_code == 204
        return account_id

    def ask_for_recovery(self, login_email: str = EMAIL, **changes: Any) -> TestResponse:
        captcha_id = changes.pop("captcha_id", None) or self.captcha()
        body = {"login_email": login_email, "captcha_id": captcha_id, "captcha_answer": ANSWER}
        return self.post("/recoveries/requests", {**body, **changes})

    def issue_recovery_link(self, account_id: int = 1) -> TestResponse:
        headers = self.own_service_headers("notifier")
        return self.post("/internal/recovery-links", {"account_id": account_id}, headers=headers)

    def recovery_link(self, account_id: int = 1) -> str:
        return str(self.issue_recovery_link(account_id).get_json()["token"])

    def check_recovery(self, token: str) -> TestResponse:
        return self.post("/recoveries/check", {"token": token})

    def recover(self, token: str, **changes: Any) -> TestResponse:
        usual = {"token": token, "secret_answer": SECRET_ANSWER, "password": NEW_PASSWORD}
        return self.post("/recoveries", {**usual, **changes})

    def sign_in(
        self, login_email: str = EMAIL, password: str = PASSWORD, device_tokens: Sequence[str] = (), **options: Any
    ) -> TestResponse:
        """`device_tokens`: left out when there are none, as clients that know nothing of them do."""
        known = {"device_tokens": list(device_tokens)} if device_tokens else {}
        return self.post("/sessions", {"login_email": login_email, "password": password, **known}, **options)

    def second_factors(self, headers: Headers) -> dict[str, Any]:
        """What the account has."""
        found: dict[str, Any] = self.client.get("/second-factors", headers=headers).get_json()
        return found

    def add_app(self, headers: Headers) -> tuple[str, list[str]]:
        """The secret of a new authenticator app, and the recovery codes that came with it."""
        begun = self.post("/second-factors/authenticator-app", {"current_password": PASSWORD}, headers=headers)
        secret = str(begun.get_json()["secret"])
        code = {"code": pyotp.TOTP(secret).at(now())}
        confirmed = self.post("/second-factors/authenticator-app/confirmation", code, headers=headers)
        assert confirmed.status_code == 201, confirmed.get_json()
        return secret, confirmed.get_json()["recovery_codes"]

    def protect(self, login_email: str = EMAIL) -> None:
        """Gives an account that signs in with a password an app too; from then on `sign_in_protected` signs it in."""
        _, self._recovery_codes[login_email] = self.add_app(self.signed_in(login_email))

    def sign_in_protected(self, login_email: str = EMAIL) -> TestResponse:
        challenge = self.first_step(login_email=login_email)
        return self.second_step(challenge, recovery_code=self._recovery_codes[login_email].pop())

    def ask_for_new_passkey(self, headers: Headers) -> dict[str, Any]:
        """The browser's options to register one."""
        asked = self.post("/second-factors/passkey-options", {"current_password": PASSWORD}, headers=headers)
        options: dict[str, Any] = asked.get_json()["options"]
        return options

    def register_passkey(
        self, headers: Headers, credential: dict[str, Any], name: str = "Mon téléphone"
    ) -> TestResponse:
        return self.post("/second-factors/passkeys", {"name": name, "credential": credential}, headers=headers)

    def first_step(self, **credentials: str) -> str:
        """The challenge that follows the right password."""
        answer = self.sign_in(**credentials)
        assert answer.status_code == 200, answer.get_json()
        return str(answer.get_json()["challenge"])

    def second_step(self, challenge: str, **shown: Any) -> TestResponse:
        return self.post("/sessions/second-factor", {"challenge": challenge, **shown})

    def ask_for_second_passkey(self, challenge: str) -> dict[str, Any]:
        """The browser's options for the second step."""
        asked = self.post("/sessions/second-factor/passkey-options", {"challenge": challenge})
        options: dict[str, Any] = asked.get_json()["options"]
        return options

    def ask_for_passkey(self) -> dict[str, Any]:
        """The browser's options to sign in with a passkey alone."""
        options: dict[str, Any] = self.post("/sessions/passkey-options").get_json()["options"]
        return options

    def sign_in_with(self, credential: dict[str, Any]) -> TestResponse:
        return self.post("/sessions/passkey", {"passkey": credential})

    def signed_in(self, login_email: str = EMAIL, password: str = PASSWORD) -> dict[str, str]:
        """The headers of a new session."""
        answer = self.sign_in(login_email, password)
        assert answer.status_code == 201, answer.text
        return bearer(answer)

    def me(self, headers: dict[str, str]) -> dict[str, Any]:
        answer = self.client.get("/accounts/me", headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def change(self, headers: dict[str, str], **changes: Any) -> TestResponse:
        """Of the version that is there, unless `version` says another; with the password where one is needed."""
        if "contact_email" in changes:
            changes = {"current_password": PASSWORD, **changes}
        version = changes.pop("version", None) or self.me(headers)["version"]
        return self.client.patch("/accounts/me", json={"version": version, **changes}, headers=headers)

    def change_password(self, headers: dict[str, str], password: str, current: str = PASSWORD) -> TestResponse:
        return self.post("/accounts/me/password", {"current_password": current, "password": password}, headers=headers)

    def ask_for_login_email(self, headers: dict[str, str], address: str, current: str = PASSWORD) -> TestResponse:
        body = {"current_password": current, "login_email": address}
        return self.post("/accounts/me/login-email", body, headers=headers)

    def issue_login_email_link(self, account_id: int = 1) -> TestResponse:
        headers = self.own_service_headers("notifier")
        return self.post("/internal/login-email-links", {"account_id": account_id}, headers=headers)

    def login_email_link(self, account_id: int = 1) -> str:
        answer = self.issue_login_email_link(account_id)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["token"])

    def confirm_login_email(self, token: str) -> TestResponse:
        return self.post("/login-emails", {"token": token})

    def issue_contact_email_link(self, account_id: int = 1, request: int | None = None) -> TestResponse:
        """Of the latest request, unless `request` says another."""
        requests = self.events("identity.contact_email_link_requested.v1")
        latest = max((asked["request"] for asked in requests if asked["account_id"] == account_id), default=1)
        headers = self.own_service_headers("notifier")
        body = {"account_id": account_id, "request": request or latest}
        return self.post("/internal/contact-email-links", body, headers=headers)

    def contact_email_link(self, account_id: int = 1) -> str:
        answer = self.issue_contact_email_link(account_id)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["token"])

    def check_contact_email(self, token: str) -> TestResponse:
        return self.post("/contact-emails/check", {"token": token})

    def confirm_contact_email(self, token: str) -> TestResponse:
        return self.post("/contact-emails", {"token": token})

    def ask_contact_email_again(self, headers: dict[str, str]) -> TestResponse:
        return self.post("/accounts/me/contact-email/confirmation-mail", headers=headers)

    def withdraw_contact_email(self, headers: dict[str, str]) -> TestResponse:
        return self.client.delete("/accounts/me/contact-email", headers=headers)

    def deactivate(self, headers: dict[str, str], current: str = PASSWORD) -> TestResponse:
        return self.post("/accounts/me/deactivation", {"current_password": current}, headers=headers)

    def history(self, account_id: int = 1) -> list[str]:
        """What happened to an account, in order."""
        with self.service.database.reading() as session:
            chosen = select(HistoryEntry.what).where(HistoryEntry.account_id == account_id).order_by(HistoryEntry.id)
            return [what.value for what in session.scalars(chosen)]

    def kept(self) -> dict[str, Any]:
        """Every account, link and session, and every event: what must be the same when nothing may change."""
        tables = [table for table in Base.metadata.sorted_tables if table.name not in ("history", "captchas", "tries")]
        with self.service.database.reading() as session:
            rows = {
                table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
                for table in tables
            }
        return {**rows, "events": self.service.recorded()}

    def refresh(self, refresh_token: str) -> TestResponse:
        return self.post("/sessions/refresh", {"refresh_token": refresh_token})

    def service_token(self, **form: str) -> TestResponse:
        usual = {
            "grant_type": "client_credentials",
            "client_id": "notifier",
            "client_secret": "notifier-of-this-test",
        }
        return self.service.client.post("/oauth/token", data={**usual, **form})

    def own_service_headers(self, name: str) -> dict[str, str]:
        answer = self.service_token(client_id=name, client_secret=f"{name}-of-this-test")
        return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """Payloads of what was recorded, all or of one name."""
        return [payload for recorded, payload in self.service.recorded() if name in (None, recorded)]

    def happenings(self, account_id: int = 1) -> list[Happening]:
        """What the history of an account holds, the newest first."""
        own = select(HistoryEntry.what).where(HistoryEntry.account_id == account_id).order_by(HistoryEntry.id.desc())
        with self.service.database.reading() as session:
            return list(session.scalars(own))

    def event_names(self) -> list[str]:
        return [name for name, _ in self.service.recorded()]


class Unpadded(ResponsePadding):
    """Response times as they are: padding them is one file's subject, and a wait for all others."""

    @contextmanager
    def padded(self) -> Iterator[None]:
        with self.measured():
            yield


def unpadded(settings: Settings) -> Resources:
    """Build identity's resources, without the padding of response times."""
    return replace(resources.build(settings), paddings=defaultdict(Unpadded))


@contextmanager
def identity_under_test(*, padded: bool = False, **settings: Any) -> Iterator[Identity]:
    """Start identity on a database of its own. `padded`: answers take as long as they do in operation (A-10)."""
    service = SERVICE if padded else replace(SERVICE, resources=unpadded)
    with service_under_test(service, **{**SETTINGS, **settings}) as running:
        yield Identity(running)


def bearer(answer: TestResponse) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Its status and its stable code."""
    return answer.status_code, answer.get_json()["code"]


def faults(answer: TestResponse) -> dict[str, str]:
    """Field → code."""
    return {error["field"]: error["code"] for error in answer.get_json()["errors"]}


def an_address() -> str:
    """One that no other test has."""
    return f"personne-{uuid.uuid4().hex}@exemple.fr"
