"""From a registered account to one that can sign in."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from chassis.ground.clock import now
from chassis.web.read_your_writes import RECORDED
from services.identity.models.accounts import Account
from services.identity.models.activation_links import ActivationLink
from services.identity.tokens import opaque_tokens
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    PASSWORD,
    Identity,
    an_address,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(minutes=60)


@pytest.fixture
def link(identity: Identity) -> str:
    """Of an account that has just signed up."""
    identity.sign_up()
    return identity.link()


@pytest.mark.parametrize(
    ("token", "code"), [("", "required"), ("x" * 201, "too_long"), ("\ud800", "invalid_characters"), (1, "invalid")]
)
def test_what_can_be_no_link_is_bad_input(identity: Identity, token: Any, code: str) -> None:
    answer = identity.check(token)

    assert refusal(answer) == (422, "invalid_input")
    assert faults(answer) == {"token": code}


def test_a_link_is_used_by_one_of_many_activations_at_once(identity: Identity, link: str) -> None:
    passwords = [f"a long password number {number}" for number in range(4)]

    answers = all_at_once(4, lambda number: identity.activate(link, password=passwords[number]))

    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410]
    assert identity.events("identity.account_activated.v1") == [{"account_id": 1}]
    winner = [answer.status_code for answer in answers].index(204)
    accepted = [password for password in passwords if identity.sign_in(password=password).status_code == 201]
    assert accepted == [passwords[winner]]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("qwerty123456", "password_too_common"),
        ("Camille MOREAU 93", "password_is_personal"),
    ],
)
def test_a_weak_password_leaves_the_link_as_it_was(
    identity: Identity, link: str, password: str, code: str
) -> None:
    answer = identity.activate(link, password=password)

    assert refusal(answer) == (422, code)
    assert faults(answer) == {"password": code}
    assert identity.activate(link).status_code == 204


@pytest.mark.parametrize("missing", ["password", "secret_question", "secret_answer"])
def test_activation_asks_for_password_question_and_answer(identity: Identity, link: str, missing: str) -> None:
    answer = identity.activate(link, **{missing: ""})

    assert faults(answer) == {missing: "required"}


def test_a_secret_answer_of_nothing_but_blanks_is_refused(identity: Identity, link: str) -> None:
    answer = identity.activate(link, secret_answer="   ")

    assert refusal(answer) == (422, "secret_answer_too_short")
    assert faults(answer) == {"secret_answer": "secret_answer_too_short"}


def test_an_activated_account_can_sign_in_and_is_announced(identity: Identity, link: str) -> None:
    answer = identity.activate(link)

    assert answer.status_code == 204
    assert answer.headers[RECORDED].startswith("identity:")
    assert identity.event_names()[:2] == ["identity.account_registered.v1", "identity.account_activated.v1"]
    assert identity.sign_in().status_code == 201


def test_neither_token_nor_password_nor_answer_is_stored_as_it_is(identity: Identity, link: str) -> None:
    identity.activate(link)

    with identity.service.database.reading() as session:
        account, stored = session.query(Account).one(), session.query(ActivationLink).one()
        assert stored.token_hash == opaque_tokens.fingerprint(link)
        assert str(account.password_hash).startswith("$argon2id$")
        assert str(account.secret_answer_hash).startswith("$argon2id$")


def test_only_a_service_with_the_scope_gets_links(identity: Identity) -> None:
    identity.active_account(login_email=an_address())
    body = {"account_id": 1}

    nobody = identity.post("/internal/activation-links", body)
    stranger = identity.post("/internal/activation-links", body, headers=identity.own_service_headers("espaces"))

    assert refusal(nobody) == (401, "unauthenticated")
    assert refusal(stranger) == (403, "forbidden")


@pytest.mark.parametrize(("account_id", "status"), [(2**53, 422), (0, 422), ("1.5", 422), (True, 422), (404, 404)])
def test_there_is_no_link_for_an_account_that_does_not_exist(identity: Identity, account_id: Any, status: int) -> None:
    assert identity.issue_link(account_id).status_code == status


def test_there_is_no_link_for_an_active_account(identity: Identity, link: str) -> None:
    identity.activate(link)

    assert refusal(identity.issue_link()) == (409, "account_already_active")


def test_of_links_issued_at_once_one_is_good(identity: Identity) -> None:
    identity.sign_up()

    tokens = [answer.get_json()["token"] for answer in all_at_once(4, lambda _: identity.issue_link())]

    assert sorted(identity.check(token).status_code for token in tokens) == [200, 410, 410, 410]


def test_the_activation_mail_is_asked_for_again_once_in_five_minutes(identity: Identity) -> None:
    identity.sign_up()

    identity.resend()
    with time_machine.travel(now() + FIVE_MINUTES, tick=False):
        identity.resend("CAMILLE.MOREAU@exemple.fr")
        identity.resend()
    with time_machine.travel(now() + 2 * FIVE_MINUTES):
        identity.resend()

    assert identity.events("identity.activation_requested.v1") == [{"account_id": 1}, {"account_id": 1}]


def test_requests_at_once_send_one_mail(identity: Identity) -> None:
    identity.sign_up()

    with time_machine.travel(now() + FIVE_MINUTES):
        all_at_once(4, lambda _: identity.resend())

    assert len(identity.events("identity.activation_requested.v1")) == 1


def test_asking_again_never_tells_whether_the_address_has_an_account(identity: Identity) -> None:
    active, pending = an_address(), an_address()
    identity.active_account(login_email=active)
    identity.sign_up(login_email=pending)

    with time_machine.travel(now() + FIVE_MINUTES):
        answers = [identity.resend(address) for address in (an_address(), pending, pending, active)]

    assert {(a.status_code, a.text, tuple(sorted(a.headers.keys()))) for a in answers} == {
        (202, answers[0].text, tuple(sorted(answers[0].headers.keys())))
    }
    assert identity.events("identity.activation_requested.v1") == [{"account_id": 2}]


def test_answers_about_links_are_kept_by_no_cache(identity: Identity, link: str) -> None:
    assert identity.check(link).headers["Cache-Control"] == "no-store"
    assert PASSWORD not in identity.check(link).text
