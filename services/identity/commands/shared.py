"""What the commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.database import Database
from chassis.settings import DatabaseSettings, SettingsError, load, revealed
from services.identity.emails import login_email
from services.identity.models import Account

T = TypeVar("T")


def settings_of(cls: type[T]) -> T:
    """Those that only other processes need are passed over."""
    try:
        return load(cls, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def writing() -> Iterator[Session]:
    """On identity's own database, by the variables that its processes have."""
    settings = settings_of(DatabaseSettings)
    database = Database(settings.database_url, revealed(settings.database_password))
    try:
        with database.writing() as session:
            yield session
    finally:
        database.dispose()


def named_account(session: Session, named: str) -> Account:
    """By its number or its login e-mail."""
    try:
        which = Account.id == int(named) if named.isdecimal() else Account.login_email == login_email(named)
    except ValueError as error:
        raise click.ClickException("this is neither a number nor an e-mail address") from error
    found = session.scalar(select(Account).where(which))
    if found is None:
        raise click.ClickException("there is no such account")
    return found
