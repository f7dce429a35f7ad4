"""`guichet notifier …`: what an operator does about mails that were parked (N-03)."""

import click

from chassis.database import Database, now
from services.notifier import queries
from services.notifier.errors import NotParked

_DATABASE = click.option("--database-url", required=True, envvar="GUICHET_DATABASE_URL", help="the notifier's database")


@click.group()
def mails() -> None:
    """The mails that people are owed."""


@mails.command()
@_DATABASE
def parked(database_url: str) -> None:
    """Lists the mails that were given up, with the last answer of the mail server."""
    with Database(database_url).reading() as session:
        for mail in queries.parked(session):
            click.echo(f"{mail.id}\t{mail.template}\taccount {mail.account_id}\t{mail.number} tries\t{mail.reason}")


@mails.command()
@_DATABASE
@click.argument("mail_id", type=int)
def again(database_url: str, mail_id: int) -> None:
    """Sends a parked mail again, for as long as a new one would be tried."""
    with Database(database_url).writing() as session:
        mail = queries.mail(session, mail_id)
        if mail is None:
            raise click.ClickException(f"there is no mail {mail_id}")
        try:
            mail.send_again(now())
        except NotParked as error:
            raise click.ClickException(f"mail {mail_id} is not parked: it is {mail.state}") from error
    click.echo(f"mail {mail_id} is due")


COMMANDS = [mails]
