"""Staying signed in: refresh tokens, each good for one exchange (A-13)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.history import Happening
from tests.kit.together import all_at_once
from tests.services.identity.builders import Identity, refusal

pytestmark = pytest.mark.both_databases

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
ENDED = (401, "session_ended")
GRACE = timedelta(seconds=20)


def first_token(identity: Identity) -> str:
    return str(identity.sign_in(headers={"User-Agent": FIREFOX}).get_json()["refresh_token"])


def exchanged(identity: Identity, token: str) -> str:
    answer = identity.refresh(token)
    assert answer.status_code == 201
    return str(answer.get_json()["refresh_token"])


@pytest.mark.parametrize("token", ["unknown", "a.b", ".", "é.é", "\x00"])
def test_an_unknown_refresh_token_is_refused(active: Identity, token: str) -> None:
    active.sign_in()

    assert refusal(active.refresh(token)) == ENDED


def test_what_a_thief_makes_up_of_a_family_ends_nothing_else(active: Identity) -> None:
    token = first_token(active)
    family = token.partition(".")[0]

    assert refusal(active.refresh(f"{family[::-1]}.made-up")) == ENDED
    assert active.refresh(token).status_code == 201


def test_each_refresh_token_leads_to_another(active: Identity) -> None:
    tokens = [first_token(active)]

    tokens += [exchanged(active, tokens[-1]) for _ in range(1)]
    tokens += [exchanged(active, tokens[-1]) for _ in range(1)]

    assert len(set(tokens)) == 3


def test_who_lost_the_answer_is_given_it_once_more(active: Identity) -> None:
    first = first_token(active)
    second = exchanged(active, first)

    with time_machine.travel(now() + GRACE - timedelta(seconds=5), tick=False):
        assert exchanged(active, first) == second
        assert exchanged(active, first) == second

    assert exchanged(active, second) != second
    assert active.events("identity.session_ended_by_reuse.v1") == []


def test_asking_once_more_does_not_lengthen_the_moment(active: Identity) -> None:
    first, start = first_token(active), now()
    exchanged(active, first)

    with time_machine.travel(start + GRACE / 2, tick=False):
        exchanged(active, first)
    with time_machine.travel(start + GRACE + timedelta(seconds=1), tick=False):
        assert refusal(active.refresh(first)) == ENDED


def test_an_old_refresh_token_ends_its_whole_family(active: Identity) -> None:
    first = first_token(active)
    other_session = first_token(active)
    newest = exchanged(active, first)

    with time_machine.travel(now() + GRACE, tick=False):
        replayed = active.refresh(first)

        assert refusal(replayed) == ENDED
        assert refusal(active.refresh(newest)) == ENDED
        assert active.refresh(other_session).status_code == 201


def test_a_token_before_the_last_ends_the_family_at_once(active: Identity) -> None:
    first = first_token(active)
    newest = exchanged(active, exchanged(active, first))

    assert refusal(active.refresh(first)) == ENDED
    assert refusal(active.refresh(newest)) == ENDED


def test_the_holder_is_written_to_and_the_history_tells_of_a_reuse(active: Identity) -> None:
    first = first_token(active)
    exchanged(active, exchanged(active, first))

    active.refresh(first)
    active.refresh(first)

    told = active.events("identity.session_ended_by_reuse.v1")
    assert told == [{"account_id": 1, "browser": "Firefox", "system": "Windows"}]
    assert active.happenings().count(Happening.SESSION_ENDED_BY_REUSE) == 1
    assert not any(part in str(told) for part in first.split("."))


def test_refreshes_at_once_are_answered_alike(active: Identity) -> None:
    token = first_token(active)

    answers = all_at_once(4, lambda _: active.refresh(token))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["refresh_token"] for answer in answers}) == 1


def test_a_session_ends_when_it_is_not_used_for_thirty_days(active: Identity) -> None:
    token, start = first_token(active), now()

    with time_machine.travel(start + timedelta(days=29)):
        used = exchanged(active, token)
    with time_machine.travel(start + timedelta(days=60)):
        late = active.refresh(used)

    assert refusal(late) == ENDED


def test_a_session_ends_after_ninety_days_however_much_it_is_used(active: Identity) -> None:
    token, start = first_token(active), now()

    for day in range(20, 100, 20):
        with time_machine.travel(start + timedelta(days=day)):
            token = exchanged(active, token)
    with time_machine.travel(start + timedelta(days=90)):
        late = active.refresh(token)

    assert refusal(late) == ENDED
    assert active.events("identity.session_ended_by_reuse.v1") == []


def test_the_tokens_themselves_are_not_stored(active: Identity) -> None:
    first = first_token(active)
    second = exchanged(active, first)

    with active.service.database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM sessions").all()

    assert not any(token.partition(".")[2] in str(rows) for token in (first, second))
