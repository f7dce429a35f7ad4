"""`guichet identity keys …`: making, listing and rotating the signing keys of access tokens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click

from chassis.ground.clock import now
from chassis.operating.console import settings_of
from services.identity.settings import KeySettings
from services.identity.tokens import key_file, signing_keys
from services.identity.tokens.signing_keys import FOREVER, PUBLISHED_BEFORE, SigningKey, SigningKeys

MARGIN = timedelta(minutes=5)
"""Allowance for clocks that differ, beyond the validity of a token."""


@click.group()
def keys() -> None:
    """Manage the keys that access tokens are signed with."""


@keys.command()
def new() -> None:
    """Print a JWK Set with one new signing key, for GUICHET_SIGNING_KEYS_FILE."""
    click.echo(signing_keys.as_set([signing_keys.new_signing_key()]), nl=False)


@keys.command("list")
def list_keys() -> None:
    """List the keys, and what each is there for now."""
    _print(_parsed(settings_of(KeySettings).signing_keys.reveal()))


@keys.command()
@click.option(
    "--publish-seconds",
    type=click.IntRange(min=0),
    default=int(PUBLISHED_BEFORE.total_seconds()),
    show_default=True,
    help="how long every service has to learn the new key before it signs",
)
@click.option("--at-once", is_flag=True, help="the new key alone, from now on: someone else may have the others")
def rotate(publish_seconds: int, at_once: bool) -> None:
    """Add a new key, which signs once every service knows it; those before it leave after the last token of theirs.

    Writes GUICHET_SIGNING_KEYS_FILE, which identity takes over without a restart. Where it cannot be written, prints
    what it is to hold.
    """
    settings = settings_of(KeySettings)
    overlap = timedelta(minutes=max(settings.access_token_minutes, settings.service_token_minutes)) + MARGIN

    def change(jwk_set: str) -> str:
        _parsed(jwk_set)
        if at_once:
            return signing_keys.replaced()
        return signing_keys.rotated(jwk_set, published_before=timedelta(seconds=publish_seconds), overlap=overlap)

    _print(_parsed(_written(settings, change)), to_stderr=True)


def _written(settings: KeySettings, change: Callable[[str], str]) -> str:
    """Write the new set to the file or, failing that, to standard output, and return it."""
    reason = "there is no GUICHET_SIGNING_KEYS_FILE"
    if settings.signing_keys_file is not None:
        try:
            return key_file.rewrite(settings.signing_keys_file, change)
        except OSError as error:
            reason = f"{settings.signing_keys_file} cannot be written from here ({error.strerror})"
    text = change(settings.signing_keys.reveal())
    click.echo(text, nl=False)
    click.echo(f"{reason}: nothing is changed until the file holds what is printed above.", err=True)
    return text


def _parsed(jwk_set: str) -> SigningKeys:
    try:
        return SigningKeys(jwk_set)
    except ValueError as error:
        raise click.ClickException(f"the signing keys: {error}") from error


def _print(keys_in_use: SigningKeys, *, to_stderr: bool = False) -> None:
    for key in keys_in_use.all:
        click.echo(f"{key.name}\t{_role(key, keys_in_use)}", err=to_stderr)


def _role(key: SigningKey, keys_in_use: SigningKeys) -> str:
    at = now().timestamp()
    if at >= key.leaves_at:
        return f"left {_moment(key.leaves_at)}"
    if at < key.signs_from:
        return f"published, signs from {_moment(key.signs_from)}"
    role = "signs" if key.name == keys_in_use.signing.kid else "signs no more"
    return role if key.leaves_at == FOREVER else f"{role}, leaves {_moment(key.leaves_at)}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
