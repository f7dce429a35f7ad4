"""`guichet identity keys …`: making, looking at and rotating the keys that access tokens are signed with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click

from chassis.ground.clock import now
from services.identity.commands.shared import settings_of
from services.identity.key_file import rewrite
from services.identity.settings import KeySettings
from services.identity.signing_keys import (
    FOREVER,
    PUBLISHED_BEFORE,
    SigningKey,
    SigningKeys,
    as_set,
    new_signing_key,
    replaced,
    rotated,
)

MARGIN = timedelta(minutes=5)
"""For clocks that differ, beyond the life of a token."""


@click.group()
def keys() -> None:
    """The keys that access tokens are signed with."""


@keys.command()
def new() -> None:
    """Prints a JWK Set with one new signing key, for GUICHET_SIGNING_KEYS_FILE."""
    click.echo(as_set([new_signing_key()]), nl=False)


@keys.command("list")
def list_keys() -> None:
    """Lists the keys, and what each is there for now."""
    _tell(_parsed(settings_of(KeySettings).signing_keys.reveal()))


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
    """Adds a new key, which signs once every service knows it; those before it leave after the last token of theirs.

    Writes GUICHET_SIGNING_KEYS_FILE, which identity takes over without a restart. Where it cannot be written, prints
    what it is to hold.
    """
    settings = settings_of(KeySettings)
    kept = timedelta(minutes=max(settings.access_token_minutes, settings.service_token_minutes)) + MARGIN

    def change(jwk_set: str) -> str:
        _parsed(jwk_set)
        if at_once:
            return replaced()
        return rotated(jwk_set, published_before=timedelta(seconds=publish_seconds), kept=kept)

    _tell(_parsed(_written(settings, change)), to_stderr=True)


def _written(settings: KeySettings, change: Callable[[str], str]) -> str:
    """The new set, in the file or on standard output."""
    reason = "there is no GUICHET_SIGNING_KEYS_FILE"
    if settings.signing_keys_file is not None:
        try:
            return rewrite(settings.signing_keys_file, change)
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


def _tell(found: SigningKeys, *, to_stderr: bool = False) -> None:
    for one in found.all:
        click.echo(f"{one.name}\t{_standing(one, found)}", err=to_stderr)


def _standing(one: SigningKey, found: SigningKeys) -> str:
    at = now().timestamp()
    if at >= one.leaves_at:
        return f"left {_moment(one.leaves_at)}"
    if at < one.signs_from:
        return f"published, signs from {_moment(one.signs_from)}"
    role = "signs" if one.name == found.signing.kid else "signs no more"
    return role if one.leaves_at == FOREVER else f"{role}, leaves {_moment(one.leaves_at)}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
