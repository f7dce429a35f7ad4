"""Guessing passwords, and asking for too much, from outside (A-11)."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.models.history import Happening, HistoryEntry
from services.identity.models.tries import Tries
from tests.kit.databases import everything_in
from tests.services.identity.builders import ANSWER, EMAIL, PASSWORD, Identity, an_address, identity_under_test, refusal

pytestmark = pytest.mark.both_databases

WRONG = "pas le bon mot de passe"
LOCKED = "identity.sign_in_locked.v1"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def active(identity: Identity) -> Identity:
    """With one active account."""
    identity.active_account()
    return identity


def sign_in(identity: Identity, password: str = PASSWORD, *, email: str = EMAIL, client: str = HOME) -> TestResponse:
    """As the gateway passes it on for a client."""
    return identity.sign_in(email, password, headers={"X-Forwarded-For": client})


def guess(identity: Identity, times: int, *, email: str = EMAIL, client: str | None = None) -> list[TestResponse]:
    """Each from another address, or all from one."""
    clients = [client or f"203.0.113.{number}" for number in range(times)]
    return [sign_in(identity, WRONG, email=email, client=one) for one in clients]


def happened(identity: Identity) -> Counter[Happening]:
    with identity.service.database.reading() as session:
        return Counter(session.scalars(select(HistoryEntry.what)))


def tries(identity: Identity, prefix: str) -> list[Tries]:
    with identity.service.database.reading() as session:
        return list(session.scalars(select(Tries).where(Tries.key.startswith(prefix))))


def test_after_ten_wrong_passwords_even_the_right_one_gets_the_same_answer(active: Identity) -> None:
    wrong = guess(active, 10)

    locked = sign_in(active)

    assert refusal(locked) == (401, "wrong_credentials")
    assert (locked.text, locked.status) == (wrong[0].text, wrong[0].status)
    assert {name for name, _ in locked.headers} == {name for name, _ in wrong[0].headers}


def test_nine_wrong_passwords_do_not_lock_and_the_right_one_clears_them(active: Identity) -> None:
    for _ in range(3):
        guess(active, 9)

        assert sign_in(active).status_code == 201

    assert active.events(LOCKED) == []


def test_the_lock_ends_after_a_minute_and_the_next_one_later(active: Identity) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        guess(active, 10)
        clock.move_to(start + timedelta(seconds=59))
        early = sign_in(active)
        clock.move_to(start + timedelta(seconds=60))
        guess(active, 10)
        clock.move_to(start + timedelta(seconds=179))
        still = sign_in(active)
        clock.move_to(start + timedelta(seconds=180))
        late = sign_in(active)

    assert [answer.status_code for answer in (early, still, late)] == [401, 401, 201]
    assert [told["minutes"] for told in active.events(LOCKED)] == [1, 2]


def test_an_account_that_is_locked_does_not_lock_others(active: Identity) -> None:
    other = an_address()
    active.active_account(login_email=other)

    guess(active, 10)

    assert sign_in(active, email=other).status_code == 201


def test_a_client_that_guesses_at_many_accounts_is_locked_for_all_of_them(active: Identity) -> None:
    for _ in range(10):
        sign_in(active, WRONG, email=an_address())

    assert refusal(sign_in(active)) == (401, "wrong_credentials")
    assert sign_in(active, client=ELSEWHERE).status_code == 201


def test_signing_in_does_not_clear_what_the_client_got_wrong(active: Identity) -> None:
    for _ in range(9):
        sign_in(active, WRONG, email=an_address())
    assert sign_in(active).status_code == 201

    sign_in(active, WRONG, email=an_address())

    assert sign_in(active).status_code == 401


def test_a_network_of_ipv6_addresses_is_one_client(active: Identity) -> None:
    for number in range(10):
        sign_in(active, WRONG, email=an_address(), client=f"2001:db8:7:7::{number}")

    assert sign_in(active, client="2001:db8:7:7:ffff::1").status_code == 401
    assert sign_in(active, client="2001:db8:7:8::1").status_code == 201


def test_an_address_that_the_client_makes_up_does_not_help_it(active: Identity) -> None:
    """What the gateway saw stands last; what stands before it is the client's own invention."""
    for number in range(10):
        sign_in(active, WRONG, email=an_address(), client=f"10.0.0.{number}, {HOME}")

    assert sign_in(active, client=f"10.9.9.9, {HOME}").status_code == 401
    assert sign_in(active, client=f"{HOME}, {ELSEWHERE}").status_code == 201


def test_what_comes_while_locked_prolongs_nothing_and_counts_for_nobody(active: Identity) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        guess(active, 10)
        guess(active, 30, client=ELSEWHERE)
        clock.move_to(start + timedelta(seconds=60))

        assert sign_in(active, client=ELSEWHERE).status_code == 201

    assert happened(active)[Happening.SIGN_IN_FAILED] == 10
    assert len(active.events(LOCKED)) == 1


def test_failures_and_the_lock_are_in_the_history_and_the_holder_is_told_once(active: Identity) -> None:
    guess(active, 25, client=HOME)

    assert happened(active)[Happening.SIGN_IN_FAILED] == 10
    assert happened(active)[Happening.SIGN_IN_LOCKED] == 1
    assert active.events(LOCKED) == [{"account_id": 1, "minutes": 1}]
    with active.service.database.reading() as session:
        [lock] = session.scalars(select(HistoryEntry).where(HistoryEntry.what == Happening.SIGN_IN_LOCKED))
        assert (lock.account_id, lock.address) == (1, HOME)


def test_unknown_addresses_are_locked_too_and_nobody_is_told(identity: Identity) -> None:
    unknown = an_address()

    guess(identity, 12, email=unknown)

    [counted] = tries(identity, "stranger:")
    assert counted.is_locked(now())
    assert counted.total == 12
    assert identity.event_names() == []
    assert unknown not in everything_in(identity.service.database)


def test_case_and_blanks_make_no_other_address(active: Identity) -> None:
    guess(active, 5)
    guess(active, 5, email=f" {EMAIL.upper()} ")

    assert sign_in(active).status_code == 401


def test_an_account_that_waits_for_activation_is_counted_like_an_unknown_address(identity: Identity) -> None:
    identity.sign_up()

    guess(identity, 10)

    assert [len(tries(identity, kind)) for kind in ("stranger:", "account:")] == [1, 0]
    assert identity.events(LOCKED) == []


def test_what_does_not_count_any_more_is_forgotten(active: Identity) -> None:
    guess(active, 12)
    with active.service.database.writing() as session:
        session.execute(update(Tries).values(forget_at=now()))

    sign_in(active, WRONG, client=ELSEWHERE)

    assert sorted(one.key.partition(":")[0] for one in tries(active, "")) == ["account", "client"]
    assert [one.total for one in tries(active, "client:")] == [1]


def test_a_garbled_address_is_not_kept(active: Identity) -> None:
    sign_in(active, client="x" * 1000)

    with active.service.database.reading() as session:
        assert {entry.address for entry in session.scalars(select(HistoryEntry))} <= {"", "127.0.0.1"}


@pytest.fixture
def strict() -> Iterator[Identity]:
    """Two of everything for each client."""
    limited = ("captchas", "sign_ups", "activation_mails", "passkey_questions")
    settings: dict[str, Any] = {f"{what}_per_address": 2 for what in limited}
    with identity_under_test(**settings) as running:
        yield running


ASKING = {
    "captcha": ("/captchas", {}),
    "sign-up": ("/accounts", {"captcha_id": "00000000-0000-0000-0000-000000000000", "captcha_answer": "x"}),
    "resend": ("/activations/resend", {"login_email": EMAIL}),
    "passkey": ("/sessions/passkey-options", {}),
}


def ask(identity: Identity, path: str, changes: dict[str, Any], client: str) -> TestResponse:
    body = identity.sign_up_body(**changes) if path == "/accounts" else changes
    return identity.post(path, body, headers={"X-Forwarded-For": client})


@pytest.mark.parametrize(("path", "body"), ASKING.values(), ids=ASKING.keys())
def test_a_client_that_asks_for_too_much_is_told_when_to_come_again(
    strict: Identity, path: str, body: dict[str, Any]
) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        passed = [ask(strict, path, body, HOME).status_code for _ in range(2)]
        refused = ask(strict, path, body, HOME)
        elsewhere = ask(strict, path, body, ELSEWHERE)
        clock.move_to(start + timedelta(minutes=10))
        later = ask(strict, path, body, HOME)

    assert refusal(refused) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "600"
    assert 429 not in [*passed, elsewhere.status_code, later.status_code]


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_one_captcha_is_not_drawn_and_spoken_again_and_again(strict: Identity, kind: str) -> None:
    path = f"/captchas/{strict.captcha()}/{kind}"

    answers = [strict.client.get(path).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_who_is_told_to_wait_has_spent_no_captcha(strict: Identity) -> None:
    first, second = strict.captcha(), strict.captcha()
    for captcha in (first, second):
        strict.sign_up(captcha_id=captcha, captcha_answer="wrong")
    headers = {"X-Forwarded-For": ELSEWHERE}
    third = str(strict.post("/captchas", headers=headers).get_json()["captcha_id"])

    refused = strict.sign_up(captcha_id=third)

    assert refusal(refused) == (429, "too_many_requests")
    body = strict.sign_up_body(captcha_id=third)
    assert strict.post("/accounts", body, headers=headers).status_code == 202


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_one_captcha_is_rendered_once_however_often_it_is_asked_for(identity: Identity, kind: str) -> None:
    # out of many renderings a program would average what disturbs it.
    path = f"/captchas/{identity.captcha()}/{kind}"

    assert len({identity.client.get(path).data for _ in range(3)}) == 1


MAILED = {
    "sign-up": ("/accounts", "sign_ups"),
    "resend": ("/activations/resend", "activation_mails"),
    "recovery": ("/recoveries/requests", "recoveries"),
}


def ask_for_a_mail(identity: Identity, path: str, domain: str, client: str) -> TestResponse:
    address = f"personne-{uuid.uuid4().hex}@{domain}"
    body: dict[str, Any] = {"login_email": address}
    if path == "/accounts":
        body = identity.sign_up_body(login_email=address)
    if path == "/recoveries/requests":
        body |= {"captcha_id": identity.captcha(), "captcha_answer": ANSWER}
    return identity.post(path, body, headers={"X-Forwarded-For": client})


@pytest.mark.parametrize(("path", "what"), MAILED.values(), ids=MAILED.keys())
def test_one_network_has_so_many_people_written_to_a_day(path: str, what: str) -> None:
    with identity_under_test(bounds={f"{what}_from_address": 2}) as identity:
        clients = ["2001:db8:7:7::1", "2001:db8:7:7::2", "2001:db8:7:7:ffff::3", "2001:db8:7:8::1"]
        answers = [ask_for_a_mail(identity, path, f"domaine{number}.fr", c) for number, c in enumerate(clients)]

    assert [answer.status_code for answer in answers] == [202, 202, 429, 202]
    assert refusal(answers[2]) == (429, "too_often")
    assert 23 * 3600 < int(answers[2].headers["Retry-After"]) <= 24 * 3600


@pytest.mark.parametrize(("path", "what"), MAILED.values(), ids=MAILED.keys())
def test_one_domain_is_written_to_so_often_a_day_wherever_it_is_asked_from(path: str, what: str) -> None:
    with identity_under_test(bounds={f"{what}_to_domain": 2}) as identity:
        domains = ["mairie-été.fr", "MAIRIE-ÉTÉ.fr", "xn--mairie-t-h1ab.fr", "autre.fr"]
        answers = [
            ask_for_a_mail(identity, path, domain, f"203.0.113.{number}") for number, domain in enumerate(domains)
        ]
        stored = everything_in(identity.service.database)

    assert [answer.status_code for answer in answers] == [202, 202, 429, 202]
    assert "domain autre.fr" not in stored


def test_what_is_refused_for_another_reason_has_nobody_written_to_and_does_not_count() -> None:
    with identity_under_test(bounds={"sign_ups_from_address": 1, "sign_ups_to_domain": 1}) as identity:
        for body in ({"captcha_answer": "WRONG"}, {"login_email": "no address"}, {"last_name": ""}):
            assert identity.sign_up(**body).status_code == 422

        assert identity.sign_up().status_code == 202
