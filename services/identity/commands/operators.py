"""`guichet identity operators …`: the only way in which someone becomes an operator, or ceases to be one."""

import click

from chassis.ground.problems import Refusal
from services.identity import account_search, use_cases
from services.identity.commands.shared import named_account, reading, refused, the_login_email, writing
from services.identity.models import by_command


@click.group()
def operators() -> None:
    """Those who help others with their accounts."""


@operators.command()
@click.argument("email")
@click.option("--first-name", default="", help="of a new account; asked for if it is not given")
@click.option("--last-name", default="", help="the same")
def add(email: str, first_name: str, last_name: str) -> None:
    """Makes an operator of the account with this login e-mail, or of a new one that its holder activates by mail."""
    login_email = the_login_email(email)
    with writing() as session:
        names = {"first_name": first_name, "last_name": last_name}
        if not account_search.exists(session, login_email):
            names = {name: given or click.prompt(name.replace("_", " ").capitalize()) for name, given in names.items()}
        try:
            account = use_cases.add_operator(session, login_email, names, by_command("operators add"))
        except Refusal as refusal:
            raise refused(refusal) from refusal
    click.echo(f"account {account.id} is an operator's ({account.status}); the role waits for a second factor")


@operators.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def remove(account: str) -> None:
    """Takes the role away; the account stays. Its sessions end."""
    with writing() as session:
        found = named_account(session, account)
        try:
            use_cases.remove_operator(session, found.id, by_command("operators remove"))
        except Refusal as refusal:
            raise refused(refusal) from refusal
    click.echo(f"account {found.id} is no operator's any more")


@operators.command("list")
def list_operators() -> None:
    """Lists them, with the moment since when."""
    with reading() as session:
        for one in account_search.operators(session):
            click.echo(f"{one.id}\t{one.login_email}\t{one.status}\tsince {one.operator_since:%Y-%m-%d %H:%M} UTC")
