"""The rules of accounts, links, sessions and captchas, on plain objects."""

import uuid
from datetime import timedelta

import pytest

from chassis.ground.clock import now
from services.identity import errors
from services.identity.models import AccountStatus, Captcha, Credentials, SessionValidity
from tests.services.identity.builders import a_link, a_session, an_account

VALIDITY = SessionValidity(unused=timedelta(days=30), whole=timedelta(days=90), grace=timedelta(seconds=20))
MINUTE = timedelta(minutes=1)
CHOSEN = Credentials("hash of a password", "A question?", "hash of an answer")


def test_an_account_is_not_activated_twice() -> None:
    account = an_account()
    account.activate(CHOSEN, now())

    with pytest.raises(errors.AccountAlreadyActive):
        account.activate(Credentials("another", "?", "another"), now())

    assert account.password_hash == "hash of a password"


def test_activation_keeps_what_its_holder_chose() -> None:
    account, at = an_account(), now()

    account.activate(CHOSEN, at)

    assert (account.status, account.activated_at) == (AccountStatus.ACTIVE, at)
    assert (account.secret_question, account.secret_answer_hash) == ("A question?", "hash of an answer")


def test_a_mail_is_asked_for_once_in_five_minutes() -> None:
    at = now()
    account = an_account(mail_asked_at=at)

    with pytest.raises(errors.MailAskedTooSoon):
        account.ask_for_mail(at + 5 * MINUTE - timedelta(microseconds=1))
    account.ask_for_mail(at + 5 * MINUTE)

    assert account.mail_asked_at == at + 5 * MINUTE


def test_a_link_expires_when_its_time_is_over() -> None:
    at = now()
    link = a_link(issued_at=at, expires_at=at + 60 * MINUTE)

    link.must_be_open(at + 60 * MINUTE - timedelta(microseconds=1))
    with pytest.raises(errors.ActivationLinkExpired):
        link.must_be_open(at + 60 * MINUTE)


def test_a_link_is_used_once() -> None:
    link = a_link()
    link.use(now())

    with pytest.raises(errors.ActivationLinkUsed):
        link.use(now())


def test_a_superseded_link_cannot_be_used() -> None:
    link = a_link()
    link.supersede(now())

    with pytest.raises(errors.ActivationLinkSuperseded):
        link.use(now())


@pytest.mark.parametrize(
    ("link", "refused"),
    [
        (a_link(used_at=now()), errors.ActivationLinkUsed),
        (a_link(superseded_at=now()), errors.ActivationLinkSuperseded),
    ],
)
def test_only_a_standing_link_is_superseded(link: object, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        link.supersede(now())  # type: ignore[attr-defined]


def test_a_link_that_expired_is_superseded_all_the_same() -> None:
    link = a_link(expires_at=now() - MINUTE)

    link.supersede(now())

    assert link.superseded_at is not None


def test_a_session_that_has_ended_is_neither_renewed_nor_ended_again() -> None:
    session = a_session()
    session.end(now())

    with pytest.raises(errors.SessionEnded):
        session.renew("3" * 64, "key", now(), VALIDITY)
    with pytest.raises(errors.SessionEnded):
        session.end(now())


def test_a_session_that_is_not_used_for_its_whole_validity_has_ended() -> None:
    at = now()
    session = a_session(expires_at=at + timedelta(days=30))

    with pytest.raises(errors.SessionEnded):
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


@pytest.mark.parametrize("typed", ["HK9LM", "hk9lm", " hk9 lm "])
def test_a_captcha_forgives_case_and_blanks(typed: str) -> None:
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=now() + MINUTE)

    assert captcha.accepts(typed, now())


@pytest.mark.parametrize("typed", ["", "HK9L", "HK9LMM", "HK9L\u041c"])
def test_a_captcha_forgives_nothing_else(typed: str) -> None:
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=now() + MINUTE)

    assert not captcha.accepts(typed, now())


def test_a_right_answer_after_the_captcha_has_expired_is_wrong() -> None:
    at = now()
    captcha = Captcha(id=uuid.uuid4(), answer="HK9LM", expires_at=at)

    assert not captcha.accepts("HK9LM", at)
