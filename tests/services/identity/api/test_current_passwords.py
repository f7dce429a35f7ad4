"""Guessing the current password in a session that may be stolen (A-11, A-12)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from tests.kit.together import all_at_once
from tests.services.identity.builders import NEW_PASSWORD, Identity, bearer, refusal

pytestmark = pytest.mark.both_databases


@pytest.fixture
def headers(active: Identity) -> dict[str, str]:
    """Of a session of account 1."""
    return active.signed_in()


def test_who_has_a_stolen_session_cannot_try_passwords_for_ever(identity: Identity, headers: dict[str, str]) -> None:
    #
    wrong = [identity.change_password(headers, NEW_PASSWORD, current=f"try {n}") for n in range(9)]
    before = identity.kept()
    last = identity.change_password(headers, NEW_PASSWORD, current="the tenth")
    late = identity.change_password(headers, NEW_PASSWORD)

    assert {refusal(answer) for answer in wrong} == {(422, "current_password_wrong")}
    assert refusal(last) == (401, "session_ended_by_guesses")
    assert refusal(late) == (401, "unauthenticated")
    assert identity.kept()["accounts"] == before["accounts"]
    assert identity.events("identity.session_ended.v1") == [{"account_id": 1, "session_id": 1}]
    assert identity.events("identity.session_ended_by_guesses.v1") == [
        {"account_id": 1, "browser": None, "system": None}
    ]
    assert identity.history()[-2:] == ["current_password_wrong", "session_ended_by_guesses"]


def test_a_session_in_which_passwords_are_guessed_costs_the_holder_no_other(
    identity: Identity, headers: dict[str, str]
) -> None:
    own, device = identity.sign_in(), identity.sign_in().get_json()["device_token"]
    for number in range(10):
        identity.change_password(headers, NEW_PASSWORD, current=f"try {number}")

    assert identity.change_password(bearer(own), NEW_PASSWORD).status_code == 204
    assert identity.sign_in(password=NEW_PASSWORD, device_tokens=[device]).status_code == 201


def test_who_mistypes_and_then_remembers_begins_anew(identity: Identity, headers: dict[str, str]) -> None:
    #
    for _ in range(2):
        for number in range(9):
            identity.ask_for_login_email(headers, "autre@exemple.fr", current=f"try {number}")
        assert identity.ask_for_login_email(headers, "autre@exemple.fr").status_code == 202


def test_tries_spread_over_a_day_and_over_forms_are_counted_together(active: Identity) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        opened = active.sign_in().get_json()
        headers = {"Authorization": f"Bearer {opened['access_token']}"}
        for number in range(3):
            active.change_password(headers, NEW_PASSWORD, current=f"try {number}")
            active.ask_for_login_email(headers, "autre@exemple.fr", current=f"try {number}")
            active.deactivate(headers, current=f"try {number}")
        clock.move_to(start + timedelta(hours=23))
        headers = bearer(active.refresh(opened["refresh_token"]))

        assert refusal(active.deactivate(headers, current="x"))[1] == "session_ended_by_guesses"


def test_passwords_guessed_at_the_same_moment_share_no_try(identity: Identity, headers: dict[str, str]) -> None:
    #
    answers = all_at_once(
        16, lambda number: identity.change_password(headers, NEW_PASSWORD, current=f"try {number}").status_code
    )

    assert answers.count(422) < 10
    assert identity.history().count("current_password_wrong") <= 10
    assert identity.history().count("session_ended_by_guesses") == 1
