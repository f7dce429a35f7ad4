"""Sessions: how long they last and which refresh token counts."""

from datetime import timedelta

import pytest

from chassis.ground.clock import now
from services.identity.errors.sessions import SessionEnded
from services.identity.models.sessions import SessionValidity
from tests.services.identity.builders import a_session

VALIDITY = SessionValidity(
    unused=timedelta(days=30), whole=timedelta(days=90), grace=timedelta(seconds=20), device=timedelta(days=400)
)


def test_a_session_that_has_ended_is_neither_renewed_nor_ended_again() -> None:
    session = a_session()
    session.end(now())

    with pytest.raises(SessionEnded):
        session.renew("3" * 64, "key", now(), VALIDITY)
    with pytest.raises(SessionEnded):
        session.end(now())


def test_a_session_that_is_not_used_for_its_whole_validity_has_ended() -> None:
    at = now()
    session = a_session(expires_at=at + timedelta(days=30))

    with pytest.raises(SessionEnded):
        session.must_be_open(at + timedelta(days=30))


def test_renewing_a_session_counts_its_validity_anew() -> None:
    session, at = a_session(), now() + timedelta(days=29)

    session.renew("3" * 64, "key", at, VALIDITY)

    assert session.expires_at == at + VALIDITY.unused


def test_a_session_that_is_always_used_ends_all_the_same() -> None:
    session = a_session()
    for days in (29, 58, 87):
        session.renew(str(days), "key", session.created_at + timedelta(days=days), VALIDITY)

    assert session.expires_at == session.created_at + VALIDITY.whole


def test_only_the_token_before_the_newest_is_answered_again_and_only_for_a_moment() -> None:
    session, at = a_session(token_hash="first"), now()
    session.renew("second", "key", at, VALIDITY)
    session.renew("third", "key", at, VALIDITY)

    def answers_again(token_hash: str, later: timedelta) -> bool:
        return session.answers_again(token_hash, at + later, VALIDITY.grace)

    assert answers_again("second", VALIDITY.grace - timedelta(microseconds=1))
    assert not answers_again("second", VALIDITY.grace)
    assert not answers_again("first", timedelta())
    assert not answers_again("third", timedelta())
