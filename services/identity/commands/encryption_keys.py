"""`guichet identity encryption-keys …`."""

import click

from services.identity import use_cases
from services.identity.commands.shared import settings_of, writing
from services.identity.sealing import SealBroken, Sealer, new_encryption_key
from services.identity.settings import Settings


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
    sealer = Sealer(settings_of(Settings).encryption_keys.reveal())
    try:
        with writing() as session:
            sealed = use_cases.seal_again(session, sealer)
    except SealBroken as error:
        raise click.ClickException("a secret was sealed with a key that is not there; nothing is changed") from error
    click.echo(f"{sealed} secrets sealed with the first key")
