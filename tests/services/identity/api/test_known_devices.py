"""Devices on which the holder has signed in are counted apart, so that a stranger keeps nobody out (A-11)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.models.known_devices import MOST_DEVICES, KnownDevice
from tests.kit.databases import everything_in
from tests.kit.together import together
from tests.services.identity.builders import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    Identity,
    an_address,
    bearer,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

WRONG = "pas le bon mot de passe"
HOME, OFFICE = "192.0.2.7", "2001:db8:7:7::1"


def sign_in(
    identity: Identity, *tokens: str, password: str = PASSWORD, email: str = EMAIL, client: str = HOME
) -> TestResponse:
    return identity.sign_in(email, password, tokens, headers={"X-Forwarded-For": client})


def token_of(answer: TestResponse) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["device_token"])


def guess(identity: Identity, *tokens: str, times: int = 10, email: str = EMAIL, client: str = HOME) -> None:
    for _ in range(times):
        assert sign_in(identity, *tokens, password=WRONG, email=email, client=client).status_code == 401


def devices(identity: Identity) -> list[KnownDevice]:
    with identity.service.database.reading() as session:
        return list(session.scalars(select(KnownDevice).order_by(KnownDevice.id)))


def test_a_stranger_who_locks_the_account_does_not_lock_a_device_of_its_holder(active: Identity) -> None:
    token = token_of(sign_in(active))

    for number in range(30):
        guess(active, times=1, client=f"203.0.113.{number}")

    assert sign_in(active, client=OFFICE).status_code == 401
    assert sign_in(active, token, client=OFFICE).status_code == 201


def test_not_even_from_the_address_at_which_the_holder_is_known(active: Identity) -> None:
    token = token_of(sign_in(active, client=HOME))

    guess(active, client=HOME)

    assert sign_in(active, client=HOME).status_code == 401
    assert sign_in(active, token, client=HOME).status_code == 201


def test_behind_one_address_of_an_office_one_persons_wrong_passwords_lock_no_known_device(
    active: Identity,
) -> None:
    colleague = an_address()
    active.active_account(login_email=colleague)
    token = token_of(sign_in(active, email=colleague, client=OFFICE))

    for _ in range(12):
        guess(active, times=1, email=an_address(), client="2001:db8:7:7:ffff::2")

    assert sign_in(active, client=OFFICE).status_code == 401
    assert sign_in(active, token, email=colleague, client=OFFICE).status_code == 201


def test_ten_wrong_passwords_from_a_known_device_lock_it_and_nobody_else(active: Identity) -> None:
    token, other = token_of(sign_in(active)), token_of(sign_in(active))

    guess(active, token)

    assert sign_in(active, token).status_code == 401
    assert [sign_in(active, other).status_code, sign_in(active).status_code] == [201, 201]


def test_the_lock_of_a_device_grows_as_that_of_strangers_does_and_is_told(active: Identity) -> None:
    token, start = token_of(sign_in(active)), now()
    with time_machine.travel(start, tick=False) as clock:
        guess(active, token)
        clock.move_to(start + timedelta(seconds=60))
        guess(active, token)
        clock.move_to(start + timedelta(seconds=179))
        early = sign_in(active, token)
        clock.move_to(start + timedelta(seconds=180))

        assert [early.status_code, sign_in(active, token).status_code] == [401, 201]

    assert [told["minutes"] for told in active.events("identity.sign_in_locked.v1")] == [1, 2]


def test_the_right_password_from_a_known_device_gives_strangers_no_new_tries(active: Identity) -> None:
    token = token_of(sign_in(active))
    guess(active, times=9)

    assert sign_in(active, token).status_code == 201

    guess(active, times=1)
    assert sign_in(active, client=OFFICE).status_code == 401


@pytest.mark.parametrize("made_up", ["x" * 43, "1", "..", "é"])
def test_a_token_that_is_not_of_this_account_counts_as_a_strangers(active: Identity, made_up: str) -> None:
    other = an_address()
    active.active_account(login_email=other)
    foreign = token_of(sign_in(active, email=other, client=OFFICE))

    guess(active, made_up, foreign)

    assert sign_in(active, made_up, foreign).status_code == 401
    assert sign_in(active, foreign, email=other, client=OFFICE).status_code == 201


def test_a_token_at_an_unknown_address_tells_nothing(active: Identity) -> None:
    token = token_of(sign_in(active))

    answers = {sign_in(active, token, email=email, password=WRONG).text for email in (EMAIL, an_address())}

    assert len(answers) == 1


def test_one_device_of_two_people_is_known_to_both(active: Identity) -> None:
    other = an_address()
    active.active_account(login_email=other)
    mine = token_of(sign_in(active))
    theirs = token_of(sign_in(active, mine, email=other))
    for email in (EMAIL, other):
        guess(active, email=email, client=OFFICE)

    assert mine != theirs
    assert [sign_in(active, theirs, mine, email=email).status_code for email in (EMAIL, other)] == [201, 201]


def test_a_known_device_keeps_its_token_which_is_replaced_before_it_ends(active: Identity) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        first = token_of(sign_in(active))
        clock.move_to(start + timedelta(days=199))
        same = token_of(sign_in(active, first))
        clock.move_to(start + timedelta(days=201))
        renewed = token_of(sign_in(active, first))
        guess(active, first)

        assert [same == first, renewed == first] == [True, False]
        assert [sign_in(active, first).status_code, sign_in(active, renewed).status_code] == [401, 201]
        assert len(devices(active)) == 1


def test_after_its_time_a_device_is_a_strangers(active: Identity) -> None:
    with time_machine.travel(now() - timedelta(days=401), tick=False):
        token = token_of(sign_in(active))

    guess(active)

    assert sign_in(active, token).status_code == 401


def test_signing_out_leaves_a_device_known(active: Identity) -> None:
    answer = sign_in(active)
    active.client.delete("/sessions/current", headers=bearer(answer))

    guess(active)

    assert sign_in(active, token_of(answer)).status_code == 201


ENDS: dict[str, Callable[[Identity, dict[str, str]], TestResponse]] = {
    "recovery": lambda identity, _: identity.recover(identity.recovery_link(), password=PASSWORD + "!"),
    "all others ended": lambda identity, me: identity.client.delete("/sessions/others", headers=me),
    "another password": lambda identity, me: identity.change_password(me, NEW_PASSWORD),
    "that session ended": lambda identity, me: identity.client.delete("/sessions/1", headers=me),
    "deactivation": lambda identity, me: identity.deactivate(me),
    "erasure": lambda identity, me: identity.post("/personal-data/erasure", {"current_password": PASSWORD}, headers=me),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_device_is_forgotten_with_what_it_rested_on(
    active: Identity, end: Callable[[Identity, dict[str, str]], TestResponse]
) -> None:
    sign_in(active)
    here = sign_in(active)

    assert end(active, bearer(here)).status_code in (200, 202, 204)

    assert 1 not in [device.session_id for device in devices(active)]


def test_the_device_on_which_others_are_ended_stays_known(active: Identity) -> None:
    sign_in(active)
    here = sign_in(active)

    active.client.delete("/sessions/others", headers=bearer(here))
    guess(active)

    assert sign_in(active, token_of(here)).status_code == 201


def test_a_device_is_forgotten_whose_refresh_token_came_twice(active: Identity) -> None:
    first = sign_in(active).get_json()["refresh_token"]
    second = active.refresh(first).get_json()["refresh_token"]
    active.refresh(second)

    assert refusal(active.refresh(first)) == (401, "session_ended")

    assert devices(active) == []


def test_the_number_of_a_deleted_session_that_comes_again_makes_no_other_device_this_one(active: Identity) -> None:
    first = sign_in(active)
    active.client.delete("/sessions/current", headers=bearer(first))
    with active.service.database.writing() as session:
        for device in session.scalars(select(KnownDevice)):
            device.session_id = 2
    here = sign_in(active)

    active.client.delete("/sessions/others", headers=bearer(here))

    assert [device.session_id for device in devices(active)] == [2]


def test_a_device_whose_session_number_came_again_is_forgotten_with_all_others(active: Identity) -> None:
    sign_in(active)
    with active.service.database.writing() as session:
        for device in session.scalars(select(KnownDevice)):
            device.session_id = 2
    sign_in(active)
    assert len(devices(active)) == 2

    active.recover(active.recovery_link())

    assert devices(active) == []


def test_of_very_many_devices_the_one_used_longest_ago_is_forgotten(active: Identity) -> None:
    oldest, second = token_of(sign_in(active)), token_of(sign_in(active))
    token_of(sign_in(active, oldest))
    for _ in range(MOST_DEVICES - 1):
        token_of(sign_in(active))

    assert len(devices(active)) == MOST_DEVICES
    guess(active)
    assert [sign_in(active, one).status_code for one in (oldest, second)] == [201, 401]


def test_of_two_sign_ins_on_one_device_at_once_both_succeed(active: Identity) -> None:
    with time_machine.travel(now() - timedelta(days=300), tick=False):
        token = token_of(sign_in(active))

    answers = together(lambda: sign_in(active, token), lambda: sign_in(active, token))

    assert [answer.status_code for answer in answers] == [201, 201]


def test_a_second_step_and_a_refresh_go_on_with_the_device(active: Identity) -> None:
    token = token_of(sign_in(active))
    codes = active.add_app(active.signed_in())[1]

    shown = {"recovery_code": codes[0], "device_tokens": [token]}
    opened = active.second_step(active.first_step(), **shown)

    assert token_of(opened) == token
    assert "device_token" not in active.refresh(opened.get_json()["refresh_token"]).get_json()


@pytest.mark.parametrize(
    ("tokens", "fault"),
    [
        (["a"] * 6, {"device_tokens": "too_many"}),
        (["a" * 201], {"device_tokens.0": "too_long"}),
        (["\ud800"], {"device_tokens.0": "invalid_characters"}),
        ("a", {"device_tokens": "invalid"}),
    ],
    ids=["six", "long", "surrogate", "text"],
)
def test_what_is_no_list_of_tokens_is_refused(active: Identity, tokens: object, fault: dict[str, str]) -> None:
    body = {"login_email": EMAIL, "password": PASSWORD, "device_tokens": tokens}

    assert faults(active.post("/sessions", body)) == fault


def test_no_token_is_stored_and_the_copy_of_ones_data_names_the_devices(active: Identity) -> None:
    opened = active.sign_in(headers={"User-Agent": "Firefox/142.0"})

    copy = active.client.get("/personal-data", headers=bearer(opened)).get_json()

    assert token_of(opened) not in everything_in(active.service.database)
    assert [device["device"] for device in copy["known_devices"]] == ["Firefox/142.0"]
