"""How many answers a recovery link admits, on plain objects."""

from datetime import timedelta

import pytest

from chassis.ground.clock import now
from services.identity.errors.accounts import AccountNotActive, MailAskedTooSoon
from services.identity.errors.recovery import (
    RecoveryLinkBurnt,
    RecoveryLinkExpired,
    RecoveryLinkSuperseded,
    RecoveryLinkUsed,
)
from services.identity.errors.sessions import WrongCredentials
from services.identity.models.accounts import AccountStatus
from services.identity.models.recovery_links import MOST_TRIES
from tests.services.identity.builders import a_recovery_link, an_account


def test_a_link_admits_five_tries_and_never_a_sixth() -> None:
    link, at = a_recovery_link(), now()
    for _ in range(MOST_TRIES):
        link.begin_try(at)

    with pytest.raises(RecoveryLinkBurnt):
        link.begin_try(at)

    assert (link.tries, link.tries_left) == (5, 0)


def test_five_wrong_answers_burn_a_link_and_four_do_not() -> None:
    link, at = a_recovery_link(), now()

    for number in range(1, MOST_TRIES + 1):
        link.begin_try(at)
        link.answered_wrong(at)
        assert (link.burnt_at is None) == (number < MOST_TRIES)

    with pytest.raises(RecoveryLinkBurnt):
        link.use(at)


def test_while_the_fifth_answer_is_looked_at_it_may_still_be_right() -> None:
    link, at = a_recovery_link(tries=MOST_TRIES - 1, wrong_answers=MOST_TRIES - 1), now()
    link.begin_try(at)

    link.use(at)

    assert link.used_at == at


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"used_at": now()}, RecoveryLinkUsed),
        ({"superseded_at": now()}, RecoveryLinkSuperseded),
        ({"expires_at": now() - timedelta(minutes=1)}, RecoveryLinkExpired),
        ({"burnt_at": now()}, RecoveryLinkBurnt),
    ],
)
def test_a_dead_link_admits_no_try(changes: dict[str, object], refused: type[Exception]) -> None:
    link = a_recovery_link(**changes)

    with pytest.raises(refused):
        link.begin_try(now())

    assert link.tries == 0


@pytest.mark.parametrize("status", [AccountStatus.PENDING, AccountStatus.DEACTIVATED])
def test_only_an_active_account_has_a_password_to_recover(status: AccountStatus) -> None:
    account = an_account(status=status)

    with pytest.raises(AccountNotActive):
        account.change_password("a hash")

    assert account.password_hash is None


def test_a_recovery_mail_is_asked_for_once_in_five_minutes() -> None:
    account, at = an_account(status=AccountStatus.ACTIVE), now()
    account.ask_for_recovery(at)

    with pytest.raises(MailAskedTooSoon):
        account.ask_for_recovery(at + timedelta(minutes=5, microseconds=-1))
    account.ask_for_recovery(at + timedelta(minutes=5))

    assert account.recovery_asked_at == at + timedelta(minutes=5)


def test_a_password_changed_while_the_old_one_was_checked_stays_and_the_old_one_opens_nothing() -> None:
    account = an_account(status=AccountStatus.ACTIVE, password_hash="hash of the new password")

    with pytest.raises(WrongCredentials):
        account.confirm_password("hash of the old password", "new hash of the old password")

    assert account.password_hash == "hash of the new password"
