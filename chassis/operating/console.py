"""Console of a service's own commands: they know its database, and nothing that only its processes need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from chassis.ground.settings import DatabaseSettings, SettingsError, load
from chassis.storage.database import Database

T = TypeVar("T")


def settings_of(cls: type[T]) -> T:
    """Load the settings of `cls` alone; variables that only other processes need may be missing.

    Raises ClickException.
    """
    try:
        return load(cls, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def opened_database() -> Iterator[Database]:
    """Open the service's database under the variables of its processes. Raises ClickException."""
    database = Database.of(settings_of(DatabaseSettings))
    try:
        yield database
    finally:
        database.dispose()
