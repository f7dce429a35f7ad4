"""Guessing a secret answer over many recovery links (A-09, A-11)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.history import Happening
from services.identity.models.recovery_links import MOST_TRIES
from services.identity.models.tries import SECRET_ANSWERS
from tests.kit.together import all_at_once
from tests.services.identity.builders import Identity, an_address, refusal

pytestmark = pytest.mark.both_databases

TOO_MANY = (429, "too_many_secret_answers")


def guess(identity: Identity, times: int, token: str | None = None, account_id: int = 1) -> list[tuple[int, str]]:
    token = token or identity.recovery_link(account_id)
    return [refusal(identity.recover(token, secret_answer=f"essai {number}")) for number in range(times)]


def test_a_new_link_gives_no_new_tries_once_an_account_has_had_ten_wrong_answers(active: Identity) -> None:
    for _ in range(SECRET_ANSWERS.most // MOST_TRIES):
        assert guess(active, MOST_TRIES)[-1] == (410, "recovery_link_burnt")

    link = active.recovery_link()
    refused = active.recover(link)

    assert refusal(refused) == TOO_MANY
    assert 23 * 3600 < int(refused.headers["Retry-After"]) <= 24 * 3600
    assert active.check_recovery(link).get_json()["tries_left"] == MOST_TRIES


def test_answers_spread_over_links_and_hours_are_as_many(active: Identity) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        for number in range(SECRET_ANSWERS.most):
            clock.move_to(start + number * timedelta(hours=2))
            assert guess(active, 1) == [(422, "recovery_answer_wrong")]

        assert guess(active, 1) == [TOO_MANY]
        clock.move_to(start + timedelta(hours=24, seconds=1))
        assert active.recover(active.recovery_link()).status_code == 204


def test_the_right_answer_clears_the_wrong_ones(active: Identity) -> None:
    for _ in range(3):
        link = active.recovery_link()
        guess(active, MOST_TRIES - 1, link)
        assert active.recover(link, password=f"une jument {an_address()}").status_code == 204


def test_wrong_answers_for_one_account_cost_no_other(active: Identity) -> None:
    other = active.active_account(login_email=an_address())
    for _ in range(2):
        guess(active, MOST_TRIES, account_id=other)

    assert active.recover(active.recovery_link()).status_code == 204


def test_a_dead_link_takes_no_try_of_the_day(active: Identity) -> None:
    dead = active.recovery_link()
    active.recovery_link()
    assert set(guess(active, 20, dead)) == {(410, "recovery_link_superseded")}

    assert guess(active, 1) == [(422, "recovery_answer_wrong")]


def test_answers_at_the_same_moment_share_no_try(active: Identity) -> None:
    guess(active, MOST_TRIES)
    link = active.recovery_link()

    answers = all_at_once(8, lambda number: active.recover(link, secret_answer=f"essai {number}").status_code)

    assert active.happenings().count(Happening.RECOVERY_ANSWER_WRONG) <= SECRET_ANSWERS.most
    assert 204 not in answers
