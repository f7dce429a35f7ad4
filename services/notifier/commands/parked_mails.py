"""`guichet notifier mails …`: for an operator, about mails that were parked (N-03)."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from chassis.ground.clock import now
from chassis.ground.settings import DatabaseSettings, SettingsError, load, revealed
from chassis.storage.database import Database
from services.notifier.errors.mails import NotParked
from services.notifier.queries import mails as mail_queries


@click.group()
def mails() -> None:
    """Manage the mails that people are owed."""


@mails.command()
def parked() -> None:
    """List the mails that were given up, with the last answer of the mail server."""
    with _database() as database, database.reading() as session:
        for mail in mail_queries.parked(session):
            tries = f"{mail.number_of_tries} tries"
            click.echo(f"{mail.id}\t{mail.template}\taccount {mail.account_id}\t{tries}\t{mail.reason}")


@mails.command()
@click.argument("mail_id", type=int)
def again(mail_id: int) -> None:
    """Send a parked mail again, for as long as a new one would be tried."""
    with _database() as database, database.writing() as session:
        mail = mail_queries.find_for_update(session, mail_id)
        if mail is None:
            raise click.ClickException(f"there is no mail {mail_id}")
        try:
            mail.unpark(now())
        except NotParked as error:
            raise click.ClickException(f"mail {mail_id} is not parked: it is {mail.state}") from error
    click.echo(f"mail {mail_id} is due")


@contextmanager
def _database() -> Iterator[Database]:
    """Open the notifier's database by the worker's variables, regardless of those that only the worker needs."""
    try:
        settings = load(DatabaseSettings, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    database = Database(settings.database_url, revealed(settings.database_password))
    try:
        yield database
    finally:
        database.dispose()
