"""Console: the sessions and the named account of a command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ground.problems import Refusal
from chassis.operating.console import opened_database
from services.identity.models import emails
from services.identity.models.accounts import Account


@contextmanager
def writing() -> Iterator[Session]:
    """Write to identity's database, under the variables of its processes. Raise ClickException for a refusal."""
    try:
        with opened_database() as database, database.writing() as session:
            yield session
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal


@contextmanager
def reading() -> Iterator[Session]:
    """Read from identity's database, without a trace."""
    with opened_database() as database, database.reading() as session:
        yield session


def parsed_login_email(address: str) -> str:
    try:
        return emails.login_email(address)
    except ValueError as error:
        raise click.ClickException("this is no e-mail address") from error


def named_account(session: Session, named: str) -> Account:
    """Return the account of a number or login e-mail. Raise ClickException."""
    try:
        condition = Account.id == int(named) if named.isdecimal() else Account.login_email == emails.login_email(named)
    except ValueError as error:
        raise click.ClickException("this is neither a number nor an e-mail address") from error
    account = session.scalar(select(Account).where(condition))
    if account is None:
        raise click.ClickException("there is no such account")
    return account
