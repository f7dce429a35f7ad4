"""Accounts: the rules of one row."""

from datetime import timedelta

import pytest

from chassis.ground.clock import now
from services.identity.errors.accounts import (
    AccountAlreadyActive,
    MailAskedTooSoon,
)
from services.identity.models.accounts import AccountStatus, Credentials
from tests.services.identity.builders import an_account

MINUTE = timedelta(minutes=1)
CHOSEN = Credentials("hash of a password", "A question?", "hash of an answer")


def test_an_account_is_not_activated_twice() -> None:
    account = an_account()
    account.activate(CHOSEN, now())

    with pytest.raises(AccountAlreadyActive):
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

    with pytest.raises(MailAskedTooSoon):
        account.ask_for_mail(at + 5 * MINUTE - timedelta(microseconds=1))
    account.ask_for_mail(at + 5 * MINUTE)

    assert account.mail_asked_at == at + 5 * MINUTE
