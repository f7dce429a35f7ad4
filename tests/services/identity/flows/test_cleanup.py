"""What has had its time is cleared away, and nothing else (A-13)."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from chassis.ground.clock import now
from services.identity.app import SERVICE
from services.identity.flows.cleanup import Cleanup
from services.identity.models.history import Happening
from services.identity.models.sessions import AccountSession
from services.identity.use_cases.cleanup import MOST_AT_ONCE
from tests.services.identity.builders import Identity, bearer, refusal

pytestmark = pytest.mark.both_databases

YEAR = timedelta(days=365)


def clear(identity: Identity, history_kept: timedelta = YEAR) -> int:
    """How many steps found something."""
    loop, steps = Cleanup(identity.service.database, history_kept), 0
    while loop.run_once():
        steps += 1
    return steps


def session_ids(identity: Identity) -> list[int]:
    with identity.service.database.reading() as session:
        return list(session.scalars(select(AccountSession.id).order_by(AccountSession.id)))


def test_the_worker_of_identity_clears_away(identity: Identity) -> None:
    running = identity.service.app.extensions["guichet.service"]

    (loop,) = SERVICE.loops(running.settings, running.database)

    assert isinstance(loop, Cleanup)


def test_sessions_that_ended_or_were_not_used_go_and_open_ones_stay(active: Identity) -> None:
    with time_machine.travel(now() - timedelta(days=31), tick=False):
        active.sign_in()
    ended, kept = active.sign_in(), active.sign_in()
    active.client.delete("/sessions/current", headers=bearer(ended))

    assert clear(active) == 1

    assert session_ids(active) == [3]
    assert active.refresh(kept.get_json()["refresh_token"]).status_code == 201
    assert refusal(active.refresh(ended.get_json()["refresh_token"])) == (401, "session_ended")
    assert refusal(active.client.get("/accounts/me", headers=bearer(ended))) == (401, "unauthenticated")


def test_nothing_is_done_where_there_is_nothing_to_clear(active: Identity) -> None:
    active.sign_in()

    assert clear(active) == 0
    assert session_ids(active) == [1]


def test_the_history_is_kept_for_its_time(active: Identity) -> None:
    with time_machine.travel(now() + YEAR - timedelta(minutes=1), tick=False):
        active.sign_in()
        clear(active)
        before = active.happenings()
    with time_machine.travel(now() + YEAR + timedelta(minutes=1), tick=False):
        clear(active)

    first = [Happening.CONTACT_EMAIL_ASKED, Happening.ACTIVATED, Happening.SIGNED_UP]
    assert before == [Happening.SIGNED_IN, *first]
    assert active.happenings() == [Happening.SIGNED_IN]


def test_many_go_in_several_steps(active: Identity) -> None:
    with active.service.database.writing() as session:
        for number in range(MOST_AT_ONCE + 1):
            session.add(
                AccountSession(
                    account_id=1,
                    family_hash=str(number),
                    token_hash="",
                    created_at=now(),
                    last_used_at=now(),
                    expires_at=now(),
                    user_agent="",
                )
            )

    assert clear(active) == 2
    assert session_ids(active) == []
