"""Recoveries that race, and a database that goes away between the answer and the new password, on PostgreSQL."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher

from services.identity import resources
from services.identity.app import SERVICE
from services.identity.hashing.hasher import Hasher
from services.identity.models.recovery_links import MOST_TRIES
from services.identity.resources import Resources
from tests.containers import postgres
from tests.integration.races.racing import outcomes
from tests.kit.support import service_under_test
from tests.kit.together import together
from tests.services.identity.builders import NEW_PASSWORD, PASSWORD, SETTINGS, Identity, an_address, refusal

pytestmark = pytest.mark.containers

ROUNDS = 10
GUESSES = 10


def test_ten_guesses_at_once_are_five_tries_and_never_a_sixth(active: Identity) -> None:
    for _ in range(ROUNDS):
        # Each round is about an account of its own: answers are bounded for an account and a day, too.
        link = active.recovery_link(active.active_account(login_email=an_address()))
        guesses = [partial(active.recover, link, secret_answer=f"not this {number}") for number in range(GUESSES)]

        assert outcomes(together(*guesses)) == Counter(
            {(422, "recovery_answer_wrong"): MOST_TRIES - 1, (410, "recovery_link_burnt"): GUESSES - MOST_TRIES + 1}
        )

    assert len(active.events("identity.recovery_link_burnt.v1")) == ROUNDS


def test_of_two_uses_of_one_link_one_sets_the_password(active: Identity) -> None:
    for number in range(ROUNDS):
        link, passwords = active.recovery_link(), [f"{word} of the round {number}" for word in ("first", "second")]

        answers = together(*(partial(active.recover, link, password=password) for password in passwords))

        assert outcomes(answers) == {(204, None): 1, (410, "recovery_link_used"): 1}
        home = {"X-Forwarded-For": f"192.0.2.{number}"}  # wrong passwords from one address would lock it
        signed_in = [active.sign_in(password=password, headers=home).status_code for password in passwords]
        assert signed_in == [201 if answer.status_code == 204 else 401 for answer in answers]


def test_a_recovery_and_a_newer_link_at_once_never_both_count(active: Identity) -> None:
    for _ in range(ROUNDS):
        link = active.recovery_link()
        recovered, issued = together(partial(active.recover, link), active.issue_recovery_link)

        assert issued.status_code == 201
        newer = active.check_recovery(issued.get_json()["token"])
        assert newer.status_code == 200
        if recovered.status_code != 204:
            assert refusal(recovered) == (410, "recovery_link_superseded")


def test_a_sign_in_with_the_old_password_leaves_no_session_after_a_recovery(active: Identity) -> None:
    password = PASSWORD
    for number in range(ROUNDS):
        link, chosen = active.recovery_link(), f"a new password of the round {number}"
        signed_in, recovered = together(
            partial(active.sign_in, password=password), partial(active.recover, link, password=chosen)
        )

        assert recovered.status_code == 204
        if signed_in.status_code == 201:
            assert refusal(active.refresh(signed_in.get_json()["refresh_token"])) == (401, "session_ended")
        password = chosen


def test_ten_requests_at_once_send_one_mail(active: Identity) -> None:
    captchas = [active.captcha() for _ in range(GUESSES)]

    answers = together(*(partial(active.ask_for_recovery, captcha_id=captcha) for captcha in captchas))

    assert outcomes(answers) == {(202, None): GUESSES}
    assert len(active.events("identity.recovery_requested.v1")) == 1


class Interrupted(Hasher):
    """`meanwhile` happens once, as soon as the password of these tests was found right or begins to be hashed."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] | None = None
        super().__init__(PasswordHasher(1, 64, 1), at_once=2)

    def hash(self, text: str) -> str:
        self._happen(text == NEW_PASSWORD)
        return super().hash(text)

    def matches(self, stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        right = super().matches(stored, text, rank, keys)
        self._happen(right and text == PASSWORD)
        return right

    def _happen(self, is_time: bool) -> None:
        if is_time and self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()


@contextmanager
def identity_with(hasher: Hasher, url: str) -> Iterator[Identity]:
    def build(settings: Any) -> Resources:
        return replace(resources.build(settings), hasher=hasher)

    with service_under_test(replace(SERVICE, resources=build), database_url=url, **SETTINGS) as running:
        identity = Identity(running)
        identity.active_account()
        yield identity


def test_a_password_that_is_recovered_while_the_old_one_is_checked_lets_nobody_in_with_the_old() -> None:
    hasher = Interrupted()
    with postgres.fresh_database("identity") as url, identity_with(hasher, url) as identity:
        hasher.meanwhile = partial(identity.recover, identity.recovery_link())

        answer = identity.sign_in(password=PASSWORD)

        assert refusal(answer) == (401, "wrong_credentials")
        assert identity.events("identity.password_changed.v1") == [{"account_id": 1}]


def test_while_the_database_is_away_nothing_is_half_done_and_the_link_is_still_good() -> None:
    hasher = Interrupted()
    with postgres.fresh_database("identity") as url, identity_with(hasher, url) as identity:
        link = identity.recovery_link()
        hasher.meanwhile = partial(postgres.close, url)

        away = identity.recover(link)
        postgres.open_again(url)
        before = identity.sign_in(password=NEW_PASSWORD)
        tries_left = identity.check_recovery(link).get_json()["tries_left"]
        again = identity.recover(link)

        assert refusal(away) == (503, "unavailable")
        assert (before.status_code, tries_left) == (401, MOST_TRIES - 1)
        assert again.status_code == 204
        assert identity.sign_in(password=NEW_PASSWORD).status_code == 201
        assert identity.events("identity.password_changed.v1") == [{"account_id": 1}]
