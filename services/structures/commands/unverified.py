"""`guichet structures unverified …`: structures whose SIRET the directory has not confirmed."""

import click

from services.structures.commands import console
from services.structures.use_cases import verification


@click.group()
def unverified() -> None:
    """List and confirm structures that wait for the directory. They open no espace."""


@unverified.command("list")
def list_unverified() -> None:
    """List them, the oldest first."""
    with console.reading() as session:
        console.show(verification.waiting(session, console.MOST))


@unverified.command()
@click.argument("structure_id", type=int)
def confirm(structure_id: int) -> None:
    """Confirm one by your own word, once you have seen that it exists."""
    with console.writing() as session:
        waited = verification.confirm(session, structure_id, None)
    click.echo("confirmed" if waited else "it did not wait for anything")
