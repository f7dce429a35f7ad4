"""Console: the sessions of a command about structures, and how it lists them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from chassis.operating.console import opened_database
from services.structures.errors.structures import StructureUnknown
from services.structures.models.structures import Structure

MOST = 200
"""Structures that a list shows."""


@contextmanager
def reading() -> Iterator[Session]:
    with opened_database() as database, database.reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Write to the service's database. Raises ClickException for a structure that there is not."""
    try:
        with opened_database() as database, database.writing() as session:
            yield session
    except StructureUnknown as error:
        raise click.ClickException("there is no such structure") from error


def show(structures: Sequence[Structure]) -> None:
    for structure in structures:
        click.echo(f"{structure.id}\t{structure.number}\t{structure.name}\t{structure.created_at:%Y-%m-%d}")
