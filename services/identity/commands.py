"""`guichet identity …`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.database import Database
from chassis.settings import DatabaseSettings, SettingsError, load, revealed
from services.identity import errors, use_cases
from services.identity.emails import login_email
from services.identity.models import Account, Origin
from services.identity.sealing import Sealer, new_encryption_key
from services.identity.settings import Settings
from services.identity.signing_keys import new_signing_key

T = TypeVar("T")


@click.group()
def keys() -> None:
    """The keys that access tokens are signed with."""


@keys.command()
def new() -> None:
    """Prints a JWK Set with one new signing key, for GUICHET_SIGNING_KEYS."""
    click.echo(json.dumps({"keys": [new_signing_key()]}))


@click.group("encryption-keys")
def encryption_keys() -> None:
    """The keys that secrets of authenticator apps are stored with."""


@encryption_keys.command("new")
def new_key() -> None:
    """Prints a new key, to stand first in GUICHET_ENCRYPTION_KEYS."""
    click.echo(new_encryption_key())


@encryption_keys.command()
def apply() -> None:
    """Seals with the first key whatever another one has sealed; after that, the others can go."""
    sealer = Sealer(_settings(Settings).encryption_keys.reveal())
    with _writing() as session:
        sealed = use_cases.seal_again(session, sealer)
    click.echo(f"{sealed} secrets sealed with the first key")


@click.group()
def accounts() -> None:
    """The accounts of people."""


@accounts.command("reset-second-factor")
@click.argument("account", metavar="EMAIL|NUMBER")
def reset_second_factor(account: str) -> None:
    """Takes all second factors and recovery codes from an account, whose holder is written to. Be sure who asks."""
    with _writing() as session:
        found = _account(session, account)
        try:
            use_cases.reset_second_factors(session, found, Origin("", "guichet identity accounts reset-second-factor"))
        except errors.NoSecondFactor as error:
            raise click.ClickException(f"account {found.id} has no second factor") from error
    click.echo(f"account {found.id}: no second factor any more")


def _account(session: Session, named: str) -> Account:
    """By its number or its login e-mail."""
    try:
        which = Account.id == int(named) if named.isdecimal() else Account.login_email == login_email(named)
    except ValueError as error:
        raise click.ClickException("this is neither a number nor an e-mail address") from error
    found = session.scalar(select(Account).where(which))
    if found is None:
        raise click.ClickException("there is no such account")
    return found


@contextmanager
def _writing() -> Iterator[Session]:
    """On identity's own database, by the variables that its processes have."""
    settings = _settings(DatabaseSettings)
    database = Database(settings.database_url, revealed(settings.database_password))
    try:
        with database.writing() as session:
            yield session
    finally:
        database.dispose()


def _settings(cls: type[T]) -> T:
    """Those that only other processes need are passed over."""
    try:
        return load(cls, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


COMMANDS = [keys, encryption_keys, accounts]
