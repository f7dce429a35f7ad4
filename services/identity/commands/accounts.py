"""`guichet identity accounts …`."""

import click

from services.identity import errors, use_cases
from services.identity.commands.shared import named_account, writing
from services.identity.models import by_command


@click.group()
def accounts() -> None:
    """The accounts of people."""


@accounts.command("reset-second-factor")
@click.argument("account", metavar="EMAIL|NUMBER")
def reset_second_factor(account: str) -> None:
    """Takes all second factors and recovery codes from an account, whose holder is written to. Be sure who asks."""
    with writing() as session:
        found = named_account(session, account)
        try:
            use_cases.reset_second_factors(session, found, by_command("accounts reset-second-factor"))
        except errors.NoSecondFactor as error:
            raise click.ClickException(f"account {found.id} has no second factor") from error
    click.echo(f"account {found.id}: no second factor any more")
