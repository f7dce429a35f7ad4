"""Sessions that are renewed, ended and opened in the same instant, on PostgreSQL (A-13)."""

from functools import partial

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.models.history import Happening
from services.identity.models.sessions import AccountSession
from services.identity.use_cases import sessions
from tests.integration.races.racing import ROUNDS, outcomes
from tests.kit.together import together
from tests.services.identity.builders import EMAIL, Identity, bearer

pytestmark = pytest.mark.containers

ENDED = (401, "session_ended")


def token_of(answer: TestResponse) -> str:
    return str(answer.get_json()["refresh_token"])


def open_sessions(identity: Identity) -> int:
    """How many there are."""
    standing = AccountSession.ended_at.is_(None), AccountSession.expires_at > now()
    with identity.service.database.reading() as session:
        return session.scalars(select(func.count()).select_from(AccountSession).where(*standing)).one()


def end_all(identity: Identity) -> None:
    """As changing the password does."""
    with identity.service.database.writing() as session:
        sessions.end_all(session, 1)


def test_refreshes_at_once_lead_to_one_token_and_sign_nobody_out(active: Identity) -> None:
    token = token_of(active.sign_in())
    for _ in range(ROUNDS):
        answers = together(*[partial(active.refresh, token)] * 4)

        assert outcomes(answers) == {(201, None): 4}
        assert len({token_of(answer) for answer in answers}) == 1
        token = token_of(answers[0])

    assert Happening.SESSION_ENDED_BY_REUSE not in active.happenings()


def test_a_stolen_token_and_the_newest_at_once_end_the_session(active: Identity) -> None:
    for _ in range(ROUNDS):
        stolen = token_of(active.sign_in())
        newest = token_of(active.refresh(token_of(active.refresh(stolen))))
        together(partial(active.refresh, stolen), partial(active.refresh, newest))

        assert open_sessions(active) == 0

    assert active.happenings().count(Happening.SESSION_ENDED_BY_REUSE) == ROUNDS
    assert len(active.events("identity.session_ended_by_reuse.v1")) == ROUNDS


def test_a_refresh_while_all_sessions_end_keeps_none_open(active: Identity) -> None:
    for _ in range(ROUNDS):
        tokens = [token_of(active.sign_in()) for _ in range(3)]
        renewed = together(*(partial(active.refresh, token) for token in tokens), partial(end_all, active))[:3]

        assert open_sessions(active) == 0
        after = [active.refresh(token_of(answer)) for answer in renewed if answer and answer.status_code == 201]
        assert set(outcomes(after)) <= {ENDED}


def test_sessions_that_end_all_others_at_once_leave_one_or_none(active: Identity) -> None:
    for _ in range(ROUNDS):
        opened = [active.sign_in() for _ in range(3)]
        calls = [partial(active.client.delete, "/sessions/others", headers=bearer(one)) for one in opened]
        answers = together(*calls, partial(active.refresh, token_of(opened[0])))

        assert {answer.status_code for answer in answers} <= {201, 204, 401}
        assert open_sessions(active) <= 1
        end_all(active)


def test_of_a_sign_out_and_an_end_from_elsewhere_one_is_remembered(active: Identity) -> None:
    for _ in range(ROUNDS):
        leaving, ending = active.sign_in(), active.sign_in()
        number = active.client.get("/sessions", headers=bearer(leaving)).get_json()["items"][1]["session_id"]
        before = len(active.happenings())
        answers = together(
            partial(active.client.delete, "/sessions/current", headers=bearer(leaving)),
            partial(active.client.delete, f"/sessions/{number}", headers=bearer(ending)),
        )

        assert [answer.status_code for answer in answers].count(204) == 1
        assert len(active.happenings()) == before + 1
        end_all(active)


def test_a_reuse_and_the_end_of_all_sessions_do_not_stop_each_other(active: Identity) -> None:
    for _ in range(ROUNDS):
        stolen = token_of(active.sign_in())
        active.refresh(token_of(active.refresh(stolen)))
        answer, _ = together(partial(active.refresh, stolen), partial(end_all, active))

        assert answer is not None
        assert outcomes([answer]) == {ENDED: 1}
        assert open_sessions(active) == 0

    assert active.sign_in(EMAIL).status_code == 201
