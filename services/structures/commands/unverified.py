"""`guichet structures unverified …`: structures whose SIRET the directory has not confirmed."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from chassis.ground.settings import DatabaseSettings, SettingsError, load
from chassis.storage.database import Database
from services.structures.errors.structures import StructureUnknown
from services.structures.models.structures import Structure
from services.structures.use_cases import verification

MOST = 200


@click.group()
def unverified() -> None:
    """List and confirm structures that wait for the directory. They open no espace."""


@unverified.command("list")
def list_unverified() -> None:
    """List them, those first that wait longest."""
    with _database() as database, database.reading() as session:
        waiting = select(Structure).where(Structure.awaits_verification).order_by(Structure.id).limit(MOST)
        for structure in session.scalars(waiting):
            click.echo(f"{structure.id}\t{structure.number}\t{structure.name}\t{structure.created_at:%Y-%m-%d}")


@unverified.command()
@click.argument("structure_id", type=int)
def confirm(structure_id: int) -> None:
    """Confirm one by your own word, once you have seen that it exists."""
    with _database() as database, database.writing() as session:
        try:
            waited = verification.confirm(session, structure_id, None)
        except StructureUnknown as error:
            raise click.ClickException("there is no such structure") from error
    click.echo("confirmed" if waited else "it did not wait for anything")


@contextmanager
def _database() -> Iterator[Database]:
    """Open the service's database by the worker's variables, regardless of those that only the worker needs."""
    try:
        settings = load(DatabaseSettings, environ=())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    database = Database.of(settings)
    try:
        yield database
    finally:
        database.dispose()
