"""`guichet notifier mails …`: for an operator, about mails that were parked (N-03)."""

import click
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from chassis.operating.console import opened_database
from services.notifier.models.mails import Mail, MailState
from services.notifier.queries import mails as mail_queries


@click.group()
def mails() -> None:
    """Manage the mails that people are owed."""


@mails.command()
def parked() -> None:
    """List the mails that were given up, with the last answer of the mail server."""
    with opened_database() as database, database.reading() as session:
        for mail in mail_queries.parked(session):
            tries = f"{mail.number_of_tries} tries"
            click.echo(f"{mail.id}\t{mail.template}\taccount {mail.account_id}\t{tries}\t{mail.reason}")


@mails.command()
@click.argument("mail_id", type=int, required=False)
@click.option("--all", "sends_all", is_flag=True, help="every parked mail, once what was wrong is put right")
@click.option("--reason", default="", help="with --all: only those whose reason holds this text, such as 5.7.1")
def again(mail_id: int | None, *, sends_all: bool, reason: str) -> None:
    """Send a parked mail again, or all of them, for as long as a new one would be tried."""
    if (mail_id is None) is not sends_all:
        raise click.UsageError("name one mail, or say --all")
    with opened_database() as database, database.writing() as session:
        if mail_id is None:
            parked_mails = mail_queries.parked(session, for_update=True)
            chosen = [mail for mail in parked_mails if reason in (mail.reason or "")]
        else:
            chosen = [_parked_mail(session, mail_id)]
        for mail in chosen:
            mail.unpark(now())
    click.echo(f"mail {mail_id} is due" if mail_id is not None else f"{len(chosen)} mails are due")


def _parked_mail(session: Session, mail_id: int) -> Mail:
    mail = mail_queries.find_for_update(session, mail_id)
    if mail is None:
        raise click.ClickException(f"there is no mail {mail_id}")
    if mail.state is not MailState.PARKED:
        raise click.ClickException(f"mail {mail_id} is not parked: it is {mail.state}")
    return mail
