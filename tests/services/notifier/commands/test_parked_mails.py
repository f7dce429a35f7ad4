"""Commands of an operator about parked mails."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from chassis.storage.database import Database
from services.notifier.commands.parked_mails import mails as command
from services.notifier.models.mails import MailState
from tests.kit.databases import address
from tests.services.notifier.builders import a_database, a_mail, keep, only_mail
from tests.services.notifier.builders import mails as all_mails

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


@pytest.mark.parametrize(
    ("options", "due"), [((), {1, 2, 4}), (("--reason", "5.7.1"), {1}), (("--reason", "x"), set())]
)
def test_all_parked_mails_are_sent_again_at_once(database: Database, options: tuple[str, ...], due: set[int]) -> None:
    reasons = ["554 5.7.1 relay denied", "550 5.1.1 nobody"]
    keep(database, *(a_mail(state=MailState.PARKED, reason=reason) for reason in reasons))
    keep(database, a_mail(state=MailState.SENT), a_mail(state=MailState.PARKED))

    answer = run(database, "again", "--all", *options)

    assert answer.output == f"{len(due)} mails are due\n"
    assert {mail.id for mail in all_mails(database) if mail.state is MailState.DUE} == due


@pytest.mark.parametrize("words", [(), ("1", "--all")])
def test_whoever_names_neither_a_mail_nor_all_is_asked_to(database: Database, words: tuple[str, ...]) -> None:
    keep(database, a_mail(state=MailState.PARKED, reason="550 5.1.1 nobody"))

    answer = run(database, "again", *words)

    assert answer.exit_code == 2
    assert only_mail(database).state is MailState.PARKED
