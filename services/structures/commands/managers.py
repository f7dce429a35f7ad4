"""`guichet structures managers …`: structures whose manager nobody has confirmed (S-22)."""

import click

from services.structures.commands import console
from services.structures.use_cases import confirmation

MOST = 200


@click.group()
def managers() -> None:
    """List structures whose manager nobody has confirmed, and confirm them."""


@managers.command()
def unconfirmed() -> None:
    """List them, the oldest first."""
    with console.opened() as database, database.reading() as session:
        for structure in confirmation.unconfirmed(session, MOST):
            click.echo(f"{structure.id}\t{structure.number}\t{structure.name}\t{structure.created_at:%Y-%m-%d}")


@managers.command()
@click.argument("structure_id", type=int)
def confirm(structure_id: int) -> None:
    """Confirm by your own word that a structure is managed by whoever has the right to."""
    with console.opened() as database, database.writing() as session:
        was_unconfirmed = confirmation.confirm(session, structure_id)
    click.echo("confirmed" if was_unconfirmed else "confirmed already")
