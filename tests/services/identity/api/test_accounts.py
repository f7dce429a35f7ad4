"""Signing up, and one's own account."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.accounts import Account
from tests.kit.people import account_details
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    EMAIL,
    Identity,
    an_address,
    bearer,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

REQUIRED = ["login_email", "last_name", "first_name", "street", "postcode", "town", "country"]
FIVE_MINUTES = timedelta(minutes=5)


@pytest.mark.parametrize("missing", [*REQUIRED, "captcha_id", "captcha_answer"])
def test_everything_but_the_contact_email_is_required(identity: Identity, missing: str) -> None:
    body = identity.sign_up_body()
    del body[missing]

    answer = identity.post("/accounts", body)

    assert refusal(answer) == (422, "invalid_input")
    assert faults(answer) == {missing: "required"}
    assert identity.events() == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("surprise", "x", "unknown_field"),
        ("last_name", 12, "invalid"),
        ("last_name", None, "required"),
        ("last_name", "   ", "required"),
        ("last_name", "x" * 101, "too_long"),
        ("last_name", "Moreau\r\nBcc: all@exemple.fr", "invalid_characters"),
        ("first_name", "Camille\x00", "invalid_characters"),
        ("first_name", "Camille\u202egpj", "invalid_characters"),
        ("first_name", "\ud800", "invalid_characters"),
        ("street", ["10 rue du Centre"], "invalid"),
        ("town", "x" * 101, "too_long"),
        ("country", "France", "not_a_country"),
        ("login_email", "camille", "not_an_email"),
        ("login_email", "camille@exemple.fr\nBcc: all@exemple.fr", "invalid_characters"),
        ("login_email", "x" * 250 + "@exemple.fr", "not_an_email"),
        ("contact_email", "camille@", "not_an_email"),
        ("captcha_id", "1", "invalid"),
        ("captcha_answer", "x" * 21, "too_long"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(identity: Identity, field: str, value: Any, code: str) -> None:
    captcha_id = identity.captcha()
    body = identity.sign_up_body(captcha_id=captcha_id)

    answer = identity.post("/accounts", {**body, field: value})

    assert refusal(answer) == (422, "invalid_input")
    assert faults(answer) == {field: code}
    assert identity.post("/accounts", body).status_code == 202  # the captcha is still good


@pytest.mark.parametrize(
    ("data", "media_type", "expected"),
    [
        (b'{"login_email": "\xff"}', "application/json", (400, "not_json")),
        (b"{", "application/json", (400, "not_json")),
        (b"login_email=x", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        (b"[]", "application/json", (422, "invalid_input")),
        (b'"' + b"x" * 10_000_000 + b'"', "application/json", (413, "too_large")),
    ],
)
def test_what_is_no_json_object_of_a_decent_size_is_refused(
    identity: Identity, data: bytes, media_type: str, expected: tuple[int, str]
) -> None:
    assert refusal(identity.client.post("/accounts", data=data, content_type=media_type)) == expected


def test_a_wrong_method_is_refused(identity: Identity) -> None:
    assert refusal(identity.client.get("/accounts")) == (405, "method_not_allowed")


def test_a_wrong_answer_burns_the_captcha(identity: Identity) -> None:
    body = identity.sign_up_body()

    wrong = identity.post("/accounts", {**body, "captcha_answer": "22222"})
    right_too_late = identity.post("/accounts", body)

    assert [refusal(wrong), refusal(right_too_late)] == [(422, "captcha_wrong"), (422, "captcha_expired")]
    assert faults(wrong) == {"captcha_answer": "captcha_wrong"}
    assert identity.events() == []


def test_a_captcha_is_good_for_one_sign_up(identity: Identity) -> None:
    body = identity.sign_up_body()
    identity.post("/accounts", body)

    again = identity.post("/accounts", {**body, "login_email": an_address()})

    assert refusal(again) == (422, "captcha_expired")
    assert len(identity.events()) == 1


def test_a_captcha_is_good_for_one_of_two_sign_ups_at_once(identity: Identity) -> None:
    captcha_id = identity.captcha()

    answers = all_at_once(4, lambda _: identity.sign_up(captcha_id=captcha_id, login_email=an_address()))

    assert sorted(answer.status_code for answer in answers) == [202, 422, 422, 422]
    assert len(identity.events("identity.account_registered.v1")) == 1


def test_an_expired_captcha_is_told_as_such(identity: Identity) -> None:
    body = identity.sign_up_body()

    with time_machine.travel(now() + timedelta(minutes=10)):
        answer = identity.post("/accounts", body)

    assert refusal(answer) == (422, "captcha_expired")


def test_a_new_account_is_announced_and_waits_for_its_activation(identity: Identity) -> None:
    answer = identity.sign_up(login_email="Camille.Moreau@Exemple.FR")

    assert (answer.status_code, answer.get_json()) == (202, {})
    assert identity.service.recorded() == [
        (
            "identity.account_registered.v1",
            {
                "account_id": 1,
                "login_email": EMAIL,
                "contact_email": EMAIL,
                "last_name": "Moreau",
                "first_name": "Camille",
            },
        )
    ]
    assert refusal(identity.sign_in()) == (401, "wrong_credentials")


@pytest.mark.parametrize("contact", [None, ""])
def test_the_contact_email_is_the_login_email_unless_another_is_given(
    identity: Identity, contact: str | None
) -> None:
    identity.sign_up(login_email="Camille.Moreau@Exemple.FR", contact_email=contact)

    assert identity.events()[0]["contact_email"] == "Camille.Moreau@exemple.fr"


def test_an_address_written_differently_is_the_same_account(identity: Identity) -> None:
    identity.sign_up(login_email="Amélie@société.fr")

    identity.sign_up(login_email="AME\u0301LIE@xn--socit-esab.fr")

    with identity.service.database.reading() as session:
        assert session.query(Account).count() == 1


def test_sign_ups_of_one_address_at_once_make_one_account_and_the_same_answer(identity: Identity) -> None:
    bodies = [identity.sign_up_body() for _ in range(4)]

    answers = all_at_once(4, lambda number: identity.post("/accounts", bodies[number]))

    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert identity.event_names() == ["identity.account_registered.v1"]


def test_no_answer_tells_whether_the_address_has_an_account(identity: Identity) -> None:
    active, pending = an_address(), an_address()
    identity.active_account(login_email=active)
    identity.sign_up(login_email=pending)

    answers = [identity.sign_up(login_email=address) for address in (an_address(), pending, active)]
    with time_machine.travel(now() + FIVE_MINUTES):
        answers += [identity.sign_up(login_email=address) for address in (an_address(), pending, active)]

    seen = {(answer.status_code, answer.text, json.dumps(sorted(answer.headers.keys()))) for answer in answers}
    assert len(seen) == 1


def test_signing_up_again_while_pending_asks_for_the_activation_mail_again(identity: Identity) -> None:
    identity.sign_up()

    identity.sign_up()
    with time_machine.travel(now() + FIVE_MINUTES):
        identity.sign_up()

    assert identity.event_names() == ["identity.account_registered.v1", "identity.activation_requested.v1"]


def test_signing_up_with_an_active_address_tells_its_holder_once_in_five_minutes(identity: Identity) -> None:
    identity.active_account()

    with time_machine.travel(now() + FIVE_MINUTES, tick=False):
        identity.sign_up()
        identity.sign_up()
    with time_machine.travel(now() + 2 * FIVE_MINUTES):
        identity.sign_up()

    assert identity.events("identity.sign_up_repeated.v1") == [{"account_id": 1}, {"account_id": 1}]


def test_my_account_is_only_for_me(identity: Identity) -> None:
    assert refusal(identity.client.get("/accounts/me")) == (401, "unauthenticated")
    service = identity.client.get("/accounts/me", headers=identity.own_service_headers("notifier"))
    assert refusal(service) == (403, "forbidden")


def test_my_account_shows_what_i_gave(identity: Identity) -> None:
    account_id = identity.active_account()

    answer = identity.client.get("/accounts/me", headers=bearer(identity.sign_in()))

    assert answer.get_json() == {
        **account_details(contact_email=EMAIL),
        "account_id": account_id,
        "status": "ACTIF",
        "version": 1,
        "awaited_login_email": None,
        "awaited_contact_email": "contact@exemple.fr",
    }


@pytest.mark.parametrize("character", ["\U0001f404", "\U00020bb7", "\U0001d49e"])
def test_texts_are_counted_in_characters_and_kept_as_they_are(identity: Identity, character: str) -> None:
    #
    too_long = identity.sign_up(last_name=character * 101)
    identity.sign_up(last_name=character * 100)
    link, password = identity.link(), f"{character} {character * 3} vaches"

    too_short = identity.activate(link, password=character * 11)
    activated = identity.activate(link, password=password, secret_answer=character * 2)

    assert faults(too_long) == {"last_name": "too_long"}
    assert faults(too_short) == {"password": "password_too_short"}
    assert activated.status_code == 204
    assert identity.me(identity.signed_in(password=password))["last_name"] == character * 100
    assert refusal(identity.sign_in(password=password.replace(character, "?"))) == (401, "wrong_credentials")
    assert identity.recover(identity.recovery_link(), secret_answer=character * 2).status_code == 204


@pytest.mark.parametrize("name", ["Voyez https://faux.exemple", "www.faux.exemple", "faux.com", "a@faux.exemple"])
def test_a_name_of_which_a_mail_program_would_make_a_link_is_refused(identity: Identity, name: str) -> None:  # N-02
    headers = identity.signed_in() if identity.active_account() else {}

    assert faults(identity.sign_up(first_name=name)) == {"first_name": "looks_like_a_link"}
    assert faults(identity.change(headers, last_name=name)) == {"last_name": "looks_like_a_link"}


def test_until_the_address_is_proved_the_latest_sign_up_counts(identity: Identity) -> None:
    identity.sign_up(last_name="Étranger", first_name="Eva", contact_email="eva@ailleurs.example", town="AILLEURS")
    identity.sign_up()
    identity.activate(identity.link())

    me = identity.me(bearer(identity.sign_in()))

    assert {name: me[name] for name in account_details()} == account_details(contact_email=EMAIL)
    assert me["awaited_contact_email"] == account_details()["contact_email"]
    assert identity.events("identity.account_changed.v1")[-1]["contact_email"] == me["contact_email"]
    assert "ailleurs" not in str(identity.events("identity.account_changed.v1")[-1]).lower()


def test_once_the_address_is_proved_no_sign_up_changes_anything(active: Identity) -> None:
    before = active.me(bearer(active.sign_in()))

    active.sign_up(last_name="Étranger", first_name="Eva", contact_email="eva@ailleurs.example")

    assert active.me(bearer(active.sign_in())) == before
    assert active.events("identity.account_changed.v1") == []
