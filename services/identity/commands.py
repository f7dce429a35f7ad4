"""`guichet identity …`."""

import json

import click

from services.identity.signing_keys import new_signing_key


@click.group()
def keys() -> None:
    """The keys that access tokens are signed with."""


@keys.command()
def new() -> None:
    """Prints a JWK Set with one new signing key, for GUICHET_SIGNING_KEYS."""
    click.echo(json.dumps({"keys": [new_signing_key()]}))


COMMANDS = [keys]
