"""`guichet identity operators …`: the only way in which someone becomes an operator, or ceases to be one."""

import click

from services.identity.commands import console
from services.identity.models.history import by_command
from services.identity.queries import accounts
from services.identity.use_cases import operators


@click.group("operators")
def operators_group() -> None:
    """Manage those who help others with their accounts."""


@operators_group.command()
@click.argument("email")
@click.option("--first-name", default="", help="of a new account; asked for if it is not given")
@click.option("--last-name", default="", help="the same")
def add(email: str, first_name: str, last_name: str) -> None:
    """Make an operator of the account with this login e-mail, or of a new one that its holder activates by mail."""
    login_email = console.parsed_login_email(email)
    with console.writing() as session:
        names = {"first_name": first_name, "last_name": last_name}
        if not accounts.exists(session, login_email):
            names = {name: value or click.prompt(name.replace("_", " ").capitalize()) for name, value in names.items()}
        account = operators.add(session, login_email, names, by_command("operators add"))
    click.echo(f"account {account.id} is an operator's ({account.status}); the role waits for a second factor")


@operators_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def remove(account: str) -> None:
    """Take the role away; the account stays. Its sessions end."""
    with console.writing() as session:
        former = console.named_account(session, account)
        operators.remove(session, former.id, by_command("operators remove"))
    click.echo(f"account {former.id} is no operator's any more")


@operators_group.command("list")
def list_operators() -> None:
    """List them, with the moment since when."""
    with console.reading() as session:
        for operator in accounts.operators(session):
            since = f"since {operator.operator_since:%Y-%m-%d %H:%M} UTC"
            click.echo(f"{operator.id}\t{operator.login_email}\t{operator.status}\t{since}")
