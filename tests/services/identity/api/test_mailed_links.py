"""Rules that all links in mails share: one use, an hour from their sending, replaced by a newer one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from tests.services.identity.builders import EMAIL, Identity, identity_under_test, refusal

pytestmark = pytest.mark.both_databases

HOUR = timedelta(minutes=60)


def sign_up(identity: Identity) -> None:
    identity.sign_up()


def ask_for_recovery(identity: Identity) -> None:
    identity.active_account()
    identity.ask_for_recovery()


def ask_for_login_email(identity: Identity) -> None:
    identity.active_account()
    identity.ask_for_login_email(identity.signed_in(), "camille@nouveau.example")


def want_contact_email(identity: Identity) -> None:
    identity.active_account(contact_email=EMAIL)
    identity.change(identity.signed_in(), contact_email="camille@nouveau.example")


@dataclass(frozen=True)
class Kind:
    """A kind of link: what leads to its mail, its issuing, its check and its use."""

    code: str
    """Beginning of its refusals' codes."""
    setting: str
    ask: Callable[[Identity], None]
    issue: Callable[[Identity], TestResponse]
    check: Callable[[Identity, str], TestResponse]
    use: Callable[[Identity, str], TestResponse]

    def refused_as(self, reason: str, identity: Identity, token: str) -> bool:
        status = 404 if reason == "unknown" else 410
        answers = (self.check(identity, token), self.use(identity, token))
        return [refusal(answer) for answer in answers] == [(status, f"{self.code}_{reason}")] * 2


KINDS = (
    Kind(
        "activation_link",
        "activation_minutes",
        sign_up,
        Identity.issue_link,
        Identity.check,
        Identity.activate,
    ),
    Kind(
        "recovery_link",
        "recovery_minutes",
        ask_for_recovery,
        Identity.issue_recovery_link,
        Identity.check_recovery,
        Identity.recover,
    ),
    Kind(
        "login_email_link",
        "login_email_minutes",
        ask_for_login_email,
        Identity.issue_login_email_link,
        lambda identity, token: identity.post("/login-emails/check", {"token": token}),
        Identity.confirm_login_email,
    ),
    Kind(
        "contact_email_link",
        "contact_email_minutes",
        want_contact_email,
        Identity.issue_contact_email_link,
        Identity.check_contact_email,
        Identity.confirm_contact_email,
    ),
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.code)
def kind(request: pytest.FixtureRequest) -> Kind:
    parameter: Kind = request.param
    return parameter


@pytest.fixture
def link(identity: Identity, kind: Kind) -> str:
    """Return the token of a link that was issued for account 1."""
    kind.ask(identity)
    return token_of(kind.issue(identity))


def token_of(answer: TestResponse) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["token"])


@pytest.mark.parametrize("token", ["unknown", "x" * 200, "é", "\x00"])
def test_an_unknown_link_is_refused(identity: Identity, kind: Kind, token: str) -> None:
    kind.ask(identity)

    assert kind.refused_as("unknown", identity, token)


def test_an_expired_link_is_refused(identity: Identity, kind: Kind, link: str) -> None:
    with time_machine.travel(now() + HOUR):
        assert kind.refused_as("expired", identity, link)


def test_a_newer_link_replaces_the_older_one(identity: Identity, kind: Kind, link: str) -> None:
    newer = token_of(kind.issue(identity))

    assert kind.refused_as("superseded", identity, link)
    assert kind.use(identity, newer).status_code == 204


def test_a_used_link_is_refused(identity: Identity, kind: Kind, link: str) -> None:
    assert kind.use(identity, link).status_code == 204

    assert kind.refused_as("used", identity, link)


def test_checking_a_link_consumes_nothing(identity: Identity, kind: Kind, link: str) -> None:
    for _ in range(3):
        assert kind.check(identity, link).status_code == 200

    assert kind.use(identity, link).status_code == 204


def test_a_link_counts_from_when_it_is_issued(identity: Identity, kind: Kind) -> None:
    kind.ask(identity)

    sent_at = now() + timedelta(hours=47)
    with time_machine.travel(sent_at, tick=False):
        issued = kind.issue(identity)
    with time_machine.travel(sent_at + HOUR, tick=False):
        assert kind.refused_as("expired", identity, token_of(issued))
    with time_machine.travel(sent_at + HOUR - timedelta(seconds=1), tick=False):
        answer = kind.use(identity, token_of(issued))

    assert datetime.fromisoformat(issued.get_json()["expires_at"]) == sent_at + HOUR
    assert answer.status_code == 204


def test_the_validity_of_a_link_is_a_setting(kind: Kind) -> None:
    settings: dict[str, Any] = {kind.setting: 5}
    with identity_under_test(**settings) as identity:
        kind.ask(identity)
        link = token_of(kind.issue(identity))

        with time_machine.travel(now() + timedelta(minutes=5)):
            assert kind.refused_as("expired", identity, link)
