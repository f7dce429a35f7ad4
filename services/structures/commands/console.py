"""Database of the service, for an operator's command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from chassis.ground.settings import DatabaseSettings, SettingsError, load
from chassis.storage.database import Database
from services.structures.errors.structures import StructureUnknown


@contextmanager
def opened() -> Iterator[Database]:
    """Open the database by the worker's variables, regardless of those that only the worker needs.

    Raises ClickException for a missing variable, or a structure that there is not.
    """
    try:
        settings = load(DatabaseSettings, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    database = Database.of(settings)
    try:
        yield database
    except StructureUnknown as error:
        raise click.ClickException("there is no such structure") from error
    finally:
        database.dispose()
