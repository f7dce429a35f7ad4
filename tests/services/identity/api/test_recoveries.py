"""A forgotten password, from asking for the mail to the new one."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from chassis.ground.clock import now
from chassis.web.read_your_writes import RECORDED
from services.identity.models.history import Happening, HistoryEntry
from services.identity.models.recovery_links import MOST_TRIES, RecoveryLink
from services.identity.models.sessions import AccountSession
from services.identity.tokens import opaque_tokens
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    ANSWER,
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    SECRET_ANSWER,
    SECRET_QUESTION,
    Identity,
    an_address,
    bearer,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(minutes=60)
ASKED = "identity.recovery_requested.v1"
BURNT = "identity.recovery_link_burnt.v1"
CHANGED = "identity.password_changed.v1"


@pytest.fixture
def active(identity: Identity) -> Identity:
    """With one active account, number 1."""
    identity.active_account()
    return identity


@pytest.fixture
def link(active: Identity) -> str:
    return active.recovery_link()


def happenings(identity: Identity, account_id: int = 1) -> list[Happening]:
    with identity.service.database.reading() as session:
        own = select(HistoryEntry.what).where(HistoryEntry.account_id == account_id).order_by(HistoryEntry.id)
        return list(session.scalars(own))


def answer_wrongly(identity: Identity, link: str, times: int) -> None:
    for number in range(times):
        identity.recover(link, secret_answer=f"not this {number}")


@pytest.mark.parametrize("address", [EMAIL, EMAIL.upper()])
def test_an_active_account_gets_a_recovery_mail(active: Identity, address: str) -> None:
    answer = active.ask_for_recovery(address)

    assert (answer.status_code, answer.get_json()) == (202, {})
    assert active.events(ASKED) == [{"account_id": 1}]
    assert happenings(active)[-1] is Happening.RECOVERY_ASKED


def test_an_account_that_waits_for_its_activation_gets_the_activation_mail_instead(identity: Identity) -> None:
    identity.sign_up()

    with time_machine.travel(now() + FIVE_MINUTES):
        identity.ask_for_recovery()

    assert identity.event_names() == ["identity.account_registered.v1", "identity.activation_requested.v1"]


def test_an_address_without_account_gets_nothing(active: Identity) -> None:
    before = active.event_names()

    active.ask_for_recovery(an_address())

    assert active.event_names() == before


def test_asking_never_tells_whether_the_address_has_an_account(identity: Identity) -> None:
    active, pending = an_address(), an_address()
    identity.active_account(login_email=active)
    identity.sign_up(login_email=pending)

    with time_machine.travel(now() + FIVE_MINUTES):
        answers = [identity.ask_for_recovery(address) for address in (an_address(), pending, active, active)]

    seen = {(answer.status_code, answer.text, tuple(sorted(answer.headers.keys()))) for answer in answers}
    assert len(seen) == 1
    assert all(RECORDED not in answer.headers for answer in answers)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"captcha_answer": "WRONG"}, "captcha_wrong"),
        ({"captcha_id": "0190a0b0-0000-7000-8000-000000000001"}, "captcha_expired"),
    ],
)
def test_without_the_right_captcha_no_mail_is_asked_for(
    active: Identity, changes: dict[str, Any], code: str
) -> None:
    answer = active.ask_for_recovery(**changes)

    assert refusal(answer) == (422, code)
    assert faults(answer) == {"captcha_answer": code}
    assert active.events(ASKED) == []


def test_a_captcha_is_good_for_one_request(active: Identity) -> None:
    captcha_id = active.captcha()

    answers = [active.ask_for_recovery(captcha_id=captcha_id, captcha_answer=one) for one in ("WRONG", ANSWER)]

    assert [refusal(answer) for answer in answers] == [(422, "captcha_wrong"), (422, "captcha_expired")]


def test_a_recovery_mail_is_asked_for_once_in_five_minutes(active: Identity) -> None:
    active.ask_for_recovery()
    active.ask_for_recovery()
    with time_machine.travel(now() + FIVE_MINUTES, tick=False):
        active.ask_for_recovery()
        active.ask_for_recovery()

    assert active.events(ASKED) == [{"account_id": 1}] * 2


def test_whoever_signs_up_with_an_address_again_and_again_does_not_hold_up_its_recovery(
    active: Identity,
) -> None:
    with time_machine.travel(now() + FIVE_MINUTES):
        active.sign_up()
        active.ask_for_recovery()

    assert active.event_names()[-2:] == ["identity.sign_up_repeated.v1", ASKED]


def test_a_link_shows_the_question_and_consumes_nothing(active: Identity, link: str) -> None:
    for _ in range(2 * MOST_TRIES):
        shown = active.check_recovery(link).get_json()

    assert (shown["secret_question"], shown["tries_left"]) == (SECRET_QUESTION, MOST_TRIES)
    assert (shown["login_email"], shown["first_name"]) == (EMAIL, "Camille")
    assert active.recover(link).status_code == 204


def test_an_activation_link_recovers_nothing_and_a_recovery_link_activates_nothing(identity: Identity) -> None:
    identity.active_account()
    identity.sign_up(login_email=an_address())

    assert refusal(identity.recover(identity.link(2))) == (404, "recovery_link_unknown")
    assert refusal(identity.activate(identity.recovery_link(1))) == (404, "activation_link_unknown")


def test_a_link_is_used_by_one_of_many_recoveries_at_once(active: Identity, link: str) -> None:
    passwords = [f"a long password number {number}" for number in range(4)]

    answers = all_at_once(4, lambda number: active.recover(link, password=passwords[number]))

    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410]
    winner = [answer.status_code for answer in answers].index(204)
    assert [one for one in passwords if active.sign_in(password=one).status_code == 201] == [passwords[winner]]
    assert active.events(CHANGED) == [{"account_id": 1}]


def test_the_link_without_the_answer_changes_nothing(active: Identity, link: str) -> None:
    answer = active.recover(link, secret_answer="Médor")

    assert refusal(answer) == (422, "recovery_answer_wrong")
    assert faults(answer) == {"secret_answer": "recovery_answer_wrong"}
    assert active.sign_in(password=PASSWORD).status_code == 201
    assert active.sign_in(password=NEW_PASSWORD).status_code == 401
    assert active.events(CHANGED) == []
    assert Happening.RECOVERY_ANSWER_WRONG in happenings(active)


@pytest.mark.parametrize("answer", ["bebert", " BÉ BERT ", "be\u0301bert", "\u200fBébert\u200e", "Be\u00adbert"])
def test_the_answer_is_forgiven_its_case_accents_spaces_and_invisible_marks(
    active: Identity, link: str, answer: str
) -> None:
    assert active.recover(link, secret_answer=answer).status_code == 204


def test_question_and_answer_may_be_ones_own_in_any_script(identity: Identity) -> None:
    question, answer = "מה שם החתול? 🐈‍⬛", "𝔗𝔬𝔪𝔪𝔶 𠮷 🐈‍⬛"
    identity.sign_up()
    identity.activate(identity.link(), secret_question=question, secret_answer=answer)
    link = identity.recovery_link()

    assert identity.check_recovery(link).get_json()["secret_question"] == question
    assert refusal(identity.recover(link, secret_answer="tommy 吉 🐈‍⬛")) == (422, "recovery_answer_wrong")
    assert identity.recover(link, secret_answer="TOMMY 𠮷🐈‍⬛").status_code == 204


def test_a_fifth_wrong_answer_burns_the_link_and_the_holder_is_told(active: Identity, link: str) -> None:
    answer_wrongly(active, link, MOST_TRIES - 1)
    shown = active.check_recovery(link).get_json()
    fifth = active.recover(link, secret_answer="nor this")

    assert shown["tries_left"] == 1
    assert refusal(fifth) == (410, "recovery_link_burnt")
    assert refusal(active.recover(link)) == (410, "recovery_link_burnt")
    assert refusal(active.check_recovery(link)) == (410, "recovery_link_burnt")
    assert active.events(BURNT) == [{"account_id": 1}]
    assert happenings(active)[-1] is Happening.RECOVERY_LINK_BURNT
    assert active.sign_in().status_code == 201


def test_the_fifth_answer_may_still_be_the_right_one(active: Identity, link: str) -> None:
    answer_wrongly(active, link, MOST_TRIES - 1)

    assert active.recover(link).status_code == 204
    assert active.events(BURNT) == []


def test_a_new_link_has_tries_of_its_own(active: Identity, link: str) -> None:
    answer_wrongly(active, link, MOST_TRIES)

    assert active.recover(active.recovery_link()).status_code == 204


def test_answers_given_at_once_are_all_counted(active: Identity, link: str) -> None:
    answers = all_at_once(10, lambda number: active.recover(link, secret_answer=f"not this {number}"))

    codes = sorted(refusal(answer)[1] for answer in answers)
    assert codes == ["recovery_answer_wrong"] * (MOST_TRIES - 1) + ["recovery_link_burnt"] * (10 - MOST_TRIES + 1)
    assert happenings(active).count(Happening.RECOVERY_ANSWER_WRONG) == MOST_TRIES
    assert active.events(BURNT) == [{"account_id": 1}]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("qwerty123456", "password_too_common"),
        ("Camille MOREAU 93", "password_is_personal"),
    ],
)
def test_a_weak_password_is_refused_and_costs_no_try(active: Identity, link: str, password: str, code: str) -> None:
    #
    answer = active.recover(link, password=password, secret_answer="not this")

    assert refusal(answer) == (422, code)
    assert faults(answer) == {"password": code}
    assert active.check_recovery(link).get_json()["tries_left"] == MOST_TRIES


def test_recovery_ends_every_session_and_begins_none(active: Identity, link: str) -> None:
    sessions = [active.sign_in() for _ in range(2)]

    answer = active.recover(link)

    assert (answer.status_code, answer.data) == (204, b"")
    ended = [active.refresh(session.get_json()["refresh_token"]) for session in sessions]
    assert [refusal(one) for one in ended] == [(401, "session_ended")] * 2
    with active.service.database.reading() as session:
        assert session.query(AccountSession).count() == 2


def test_recovery_is_announced_and_remembered(active: Identity, link: str) -> None:
    answer = active.recover(link)

    assert answer.headers[RECORDED].startswith("identity:")
    assert active.events(CHANGED) == [{"account_id": 1}]
    assert happenings(active)[-1] is Happening.PASSWORD_RECOVERED


def test_an_earlier_password_is_none_after_recovery(active: Identity, link: str) -> None:
    active.recover(link)

    assert refusal(active.sign_in(password=PASSWORD)) == (401, "wrong_credentials")
    assert active.sign_in(password=NEW_PASSWORD).status_code == 201


def test_a_link_is_of_one_account(active: Identity, link: str) -> None:
    other = an_address()
    active.active_account(login_email=other)

    active.recover(link)

    assert active.sign_in(login_email=other, password=PASSWORD).status_code == 201


def test_the_token_is_not_stored_as_it_is(active: Identity, link: str) -> None:
    with active.service.database.reading() as session:
        assert session.query(RecoveryLink).one().token_hash == opaque_tokens.fingerprint(link)


def test_only_a_service_with_the_scope_gets_links(active: Identity) -> None:
    body = {"account_id": 1}

    nobody = active.post("/internal/recovery-links", body)
    person = active.post("/internal/recovery-links", body, headers=bearer(active.sign_in()))
    stranger = active.post("/internal/recovery-links", body, headers=active.own_service_headers("espaces"))

    assert refusal(nobody) == (401, "unauthenticated")
    assert refusal(person) == (403, "forbidden")
    assert refusal(stranger) == (403, "forbidden")


def test_there_is_no_link_for_an_account_that_is_not_active(identity: Identity) -> None:
    identity.sign_up()

    assert refusal(identity.issue_recovery_link()) == (409, "account_not_active")
    assert refusal(identity.issue_recovery_link(404)) == (404, "account_unknown")


def test_answers_about_links_are_kept_by_no_cache(active: Identity, link: str) -> None:
    answer = active.check_recovery(link)

    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET_ANSWER not in answer.text
