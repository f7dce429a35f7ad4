"""Commands of an operator about parked mails."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from chassis.storage.database import Database
from services.notifier.commands.parked_mails import mails as command
from services.notifier.models.mails import MailState
from tests.kit.databases import address
from tests.services.notifier.builders import a_database, a_mail, keep, only_mail

pytestmark = pytest.mark.both_databases


@pytest.fixture
def database() -> Iterator[Database]:
    with a_database() as database:
        yield database


def run(database: Database, *words: str) -> Result:
    return CliRunner().invoke(command, [*words], env={"GUICHET_DATABASE_URL": address(database)})


def test_without_the_address_of_a_database_nothing_is_done() -> None:
    answer = CliRunner().invoke(command, ["parked"])

    assert answer.exit_code == 1
    assert "GUICHET_DATABASE_URL: missing" in answer.output


def test_a_mail_that_is_not_parked_is_not_sent_again(database: Database) -> None:  # N-03
    keep(database, a_mail(state=MailState.SENT))

    answer = run(database, "again", "1")

    assert answer.exit_code == 1
    assert "mail 1 is not parked: it is SENT" in answer.output
    assert only_mail(database).state is MailState.SENT


def test_an_unknown_mail_is_not_sent_again(database: Database) -> None:
    answer = run(database, "again", "9")

    assert answer.exit_code == 1
    assert "there is no mail 9" in answer.output


def test_parked_mails_are_listed_with_their_last_answer(database: Database) -> None:  # N-03
    keep(database, a_mail(state=MailState.PARKED, reason="550 5.1.1 nobody"), a_mail())

    answer = run(database, "parked")

    assert answer.output == "1\taccount_activated\taccount 41\t0 tries\t550 5.1.1 nobody\n"


def test_a_parked_mail_is_due_again_with_its_full_time(database: Database) -> None:  # N-03
    keep(database, a_mail(state=MailState.PARKED, reason="550 5.1.1 nobody"))

    answer = run(database, "again", "1")

    mail = only_mail(database)
    assert answer.output == "mail 1 is due\n"
    assert (mail.state, mail.reason, mail.settled_at) == (MailState.DUE, None, None)
    assert mail.due_at == mail.owed_since
