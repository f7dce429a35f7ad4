"""Mails of long ago are deleted, a few at a time; what still waits for somebody stays."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from chassis.ground.clock import now
from chassis.ground.settings import SettingsError
from chassis.storage.database import Database
from services.notifier.models.mails import Mail, MailState, Try
from services.notifier.sending.mail_pruner import STEP, MailPruner
from tests.kit.together import together
from tests.services.notifier.builders import a_database, a_mail, keep, mails, some_settings

pytestmark = pytest.mark.both_databases


@pytest.fixture
def database() -> Iterator[Database]:
    with a_database() as database:
        yield database


def a_settled_mail(days_ago: float, state: MailState = MailState.SENT) -> Mail:
    at = now() - timedelta(days=days_ago)
    mail = a_mail(state=state, owed_since=at, settled_at=at)
    mail.tries.append(Try(number=1, started_at=at))
    return mail


def a_pruner(database: Database, days: int = 30) -> MailPruner:
    return MailPruner(database, some_settings(mail_retention_days=days))


def prune_all(pruner: MailPruner) -> None:
    while pruner.run_once():
        pass


def number_of_tries(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Try)).one()


def test_mails_older_than_the_setting_go_with_their_tries_and_newer_ones_stay(database: Database) -> None:
    keep(database, *(a_settled_mail(days) for days in (31, 29, 300)), a_settled_mail(31, MailState.DROPPED))

    prune_all(a_pruner(database))

    assert [mail.id for mail in mails(database)] == [2]
    assert number_of_tries(database) == 1


@pytest.mark.parametrize("state", [MailState.DUE, MailState.SENDING, MailState.PARKED])
def test_a_mail_that_may_still_go_out_stays_however_old_it_is(database: Database, state: MailState) -> None:  # N-03
    keep(database, a_settled_mail(900, state))

    prune_all(a_pruner(database))

    assert len(mails(database)) == 1


def test_a_step_deletes_a_bounded_number(database: Database) -> None:
    keep(database, *(a_settled_mail(31) for _ in range(STEP + 1)))
    pruner = a_pruner(database)

    had_work = [pruner.run_once(), len(mails(database)), pruner.run_once(), pruner.run_once()]

    assert had_work == [True, 1, True, False]


def test_two_workers_at_once_hinder_each_other_in_nothing(database: Database) -> None:
    keep(database, *(a_settled_mail(31) for _ in range(50)))

    together(*(partial(prune_all, a_pruner(database)) for _ in range(2)))

    prune_all(a_pruner(database))
    assert mails(database) == []


@pytest.mark.parametrize("days", [-1, 0, 6])
def test_mails_that_are_still_needed_are_not_forgotten(days: int) -> None:
    with pytest.raises(SettingsError, match="GUICHET_MAIL_RETENTION_DAYS"):
        some_settings(mail_retention_days=days)
