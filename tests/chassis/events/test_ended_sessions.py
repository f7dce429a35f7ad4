"""Access tokens of a session that has ended are refused, though they have not expired (A-13)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from chassis.events import ended_sessions
from chassis.events.ended_sessions import KEPT_FOR, SESSION_ENDED, EndedSessionRow, EndedSessions
from chassis.events.outbox import Event
from chassis.ground.clock import now
from tests.chassis.toy import TOY
from tests.kit import keys
from tests.kit.support import ServiceUnderTest, contract_example, service_under_test
from tests.kit.waiting import until

BEFORE = int(now().timestamp()) - 3600
"""Time at which a token was issued."""
FOLLOWING = replace(TOY, handlers=ended_sessions.HANDLERS)


@pytest.fixture
def toy() -> Iterator[ServiceUnderTest]:
    with service_under_test(FOLLOWING) as running:
        yield running


def the_end_of(session_id: int, position: int = 1, age: timedelta = timedelta()) -> Event:
    example = contract_example(SESSION_ENDED, position=position, session_id=session_id)
    return replace(example, occurred_at=now() - age)


def status(toy: ServiceUnderTest, session_id: int, **claims: int) -> int:
    headers = keys.person_headers(41, sid=str(session_id), **{"iat": BEFORE, **claims})
    return toy.client.get("/whoami", headers=headers).status_code


def test_a_token_of_an_ended_session_is_refused_and_one_of_another_session_is_not(toy: ServiceUnderTest) -> None:
    assert (status(toy, 7), status(toy, 8)) == (200, 200)

    toy.inbox.receive([the_end_of(7)])

    until(lambda: status(toy, 7) == 401, within=20)
    assert status(toy, 8) == 200

    toy.inbox.receive([the_end_of(8, position=2)])

    until(lambda: status(toy, 8) == 401, within=20)
    assert status(toy, 7) == 401


def test_a_service_has_no_session_that_could_end(toy: ServiceUnderTest) -> None:
    toy.inbox.receive([the_end_of(7)])

    assert toy.client.get("/things", headers=keys.service_headers("notifier", "feed.read")).status_code == 200


def test_what_ended_before_any_token_that_still_lives_is_not_kept(toy: ServiceUnderTest) -> None:
    toy.inbox.receive([the_end_of(7, 1, age=KEPT_FOR - timedelta(minutes=1)), the_end_of(8, 2, age=KEPT_FOR * 2)])

    with toy.database.reading() as session:
        assert session.scalars(select(EndedSessionRow.session_id)).all() == [7]


def test_a_process_reads_each_end_once_and_forgets_the_old_ones(toy: ServiceUnderTest) -> None:
    moments = iter(range(0, 1000, 10))
    ended = EndedSessions(toy.database, clock=lambda: float(next(moments)))
    toy.inbox.receive([the_end_of(7, 1)])
    assert ended.includes("7", BEFORE)

    toy.inbox.receive([the_end_of(8, 2)])

    assert ended.includes("8", BEFORE)
    assert ended.includes("7", BEFORE)
    assert not ended.includes("9", BEFORE)
    with time_machine.travel(now() + KEPT_FOR * 2):
        ended.includes("9", BEFORE)
        assert not ended.includes("7", BEFORE)


def test_a_later_session_under_the_number_of_an_ended_one_is_another(toy: ServiceUnderTest) -> None:
    toy.inbox.receive([the_end_of(7, age=timedelta(seconds=2))])
    headers = keys.person_headers(41, sid="7")

    until(lambda: status(toy, 7) == 401, within=20)

    assert toy.client.get("/whoami", headers=headers).status_code == 200
