"""`guichet notifier …`: what an operator does about mails that were parked (N-03)."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from chassis.ground.clock import now
from chassis.ground.settings import DatabaseSettings, SettingsError, load, revealed
from chassis.storage.database import Database
from services.notifier import queries
from services.notifier.errors import NotParked


@click.group()
def mails() -> None:
    """The mails that people are owed."""


@mails.command()
def parked() -> None:
    """Lists the mails that were given up, with the last answer of the mail server."""
    with _database() as database, database.reading() as session:
        for mail in queries.parked(session):
            click.echo(f"{mail.id}\t{mail.template}\taccount {mail.account_id}\t{mail.number} tries\t{mail.reason}")


@mails.command()
@click.argument("mail_id", type=int)
def again(mail_id: int) -> None:
    """Sends a parked mail again, for as long as a new one would be tried."""
    with _database() as database, database.writing() as session:
        mail = queries.mail(session, mail_id)
        if mail is None:
            raise click.ClickException(f"there is no mail {mail_id}")
        try:
            mail.send_again(now())
        except NotParked as error:
            raise click.ClickException(f"mail {mail_id} is not parked: it is {mail.state}") from error
    click.echo(f"mail {mail_id} is due")


@contextmanager
def _database() -> Iterator[Database]:
    """The notifier's own, by the variables that its worker has; those that only the worker needs are passed over."""
    try:
        settings = load(DatabaseSettings, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    database = Database(settings.database_url, revealed(settings.database_password))
    try:
        yield database
    finally:
        database.dispose()


COMMANDS = [mails]
