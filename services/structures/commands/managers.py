"""`guichet structures managers …`: structures whose manager nobody has confirmed (S-22)."""

import click

from services.structures.commands import console
from services.structures.use_cases import confirmation


@click.group()
def managers() -> None:
    """List structures whose manager nobody has confirmed, and confirm them."""


@managers.command()
def unconfirmed() -> None:
    """List them, the oldest first."""
    with console.reading() as session:
        console.show(confirmation.unconfirmed(session, console.MOST))


@managers.command()
@click.argument("structure_id", type=int)
def confirm(structure_id: int) -> None:
    """Confirm by your own word that a structure is managed by whoever has the right to."""
    with console.writing() as session:
        was_unconfirmed = confirmation.confirm(session, structure_id)
    click.echo("confirmed" if was_unconfirmed else "confirmed already")
