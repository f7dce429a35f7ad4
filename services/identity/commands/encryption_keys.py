"""`guichet identity encryption-keys …`."""

import click

from chassis.operating.console import settings_of
from services.identity.commands import console
from services.identity.factors import encryption_at_rest
from services.identity.factors.encryption_at_rest import DecryptionFailed, Encryptor
from services.identity.settings import Settings
from services.identity.use_cases import authenticator_apps


@click.group("encryption-keys")
def encryption_keys() -> None:
    """Manage the keys that secrets of authenticator apps are stored with."""


@encryption_keys.command("new")
def new_key() -> None:
    """Print a new key, to stand first in GUICHET_ENCRYPTION_KEYS."""
    click.echo(encryption_at_rest.new_encryption_key())


@encryption_keys.command()
def apply() -> None:
    """Seal with the first key whatever another one has sealed; after that, the others can go."""
    encryptor = Encryptor(settings_of(Settings).encryption_keys.reveal())
    try:
        with console.writing() as session:
            count = authenticator_apps.encrypt_again(session, encryptor)
    except DecryptionFailed as error:
        raise click.ClickException("a secret was sealed with a key that is not there; nothing is changed") from error
    click.echo(f"{count} secrets sealed with the first key")
