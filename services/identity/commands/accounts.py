"""`guichet identity accounts …`: what operators do in the portal, and also with the accounts of operators."""

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.orm import Session

from services.identity.commands import console
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import HistoryEntry, by_command
from services.identity.queries import account_search, history
from services.identity.use_cases import deactivation, erasure, operators, second_factors

MOST = 100
"""Lines of a list."""

Act = Callable[[Session, Account], Any]


@click.group("accounts")
def accounts_group() -> None:
    """The accounts of people."""


@accounts_group.command()
@click.option("--email", help="a part of the login or contact e-mail")
@click.option("--name", help="words of first and last name, in any order")
@click.option("--status", type=click.Choice([one.value for one in AccountStatus]))
def search(email: str | None, name: str | None, status: str | None) -> None:
    """Lists the accounts that match, the newest first."""
    criteria = {"email": email, "name": name, "status": AccountStatus(status) if status else None, "limit": MOST}
    with console.reading() as session:
        found = account_search.search(session, criteria)
        for one in found.items:
            click.echo(f"{one.id}\t{one.login_email}\t{one.first_name} {one.last_name}\t{one.status}")
    if found.next:
        click.echo(f"more than {MOST}: ask more precisely", err=True)


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def show(account: str) -> None:
    """Shows one account, and what happened to it lately."""
    with console.reading() as session:
        found = console.named_account(session, account)
        entries = history.page(session, found.id, {"after": None, "limit": MOST}).items
        for label, value in _facts(found).items():
            click.echo(f"{label}: {value}")
        for entry in entries:
            click.echo(_line(entry))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def resend(account: str) -> None:
    """Has the activation mail sent again."""
    origin = by_command("accounts resend")
    _act(account, "the mail is on its way", lambda *to: operators.send_activation_again(to[0], to[1].id, origin))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def deactivate(account: str) -> None:
    """Deactivates an account, whose sessions end and whose holder is written to."""
    origin = by_command("accounts deactivate")
    _act(account, "deactivated", lambda *to: deactivation.deactivate(to[0], to[1].id, origin))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def reactivate(account: str) -> None:
    """Reactivates an account, whose holder is written to."""
    origin = by_command("accounts reactivate")
    _act(account, "active again", lambda *to: deactivation.reactivate(to[0], to[1].id, origin))


@accounts_group.command("reset-second-factor")
@click.argument("account", metavar="EMAIL|NUMBER")
def reset_second_factor(account: str) -> None:
    """Takes all second factors and recovery codes from an account, whose holder is written to. Be sure who asks."""
    origin = by_command("accounts reset-second-factor")
    _act(account, "no second factor any more", lambda *to: second_factors.reset(to[0], to[1], origin))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
@click.confirmation_option(prompt="There is no way back. See first that no structure is left without a manager. Erase?")
def erase(account: str) -> None:
    """Erases an account for good, also in the other services (A-15): for who cannot sign in to do it, and after a
    database was restored to a moment before an erasure."""
    _act(account, "erased", lambda session, found: erasure.erase(session, found.id))


def _act(named: str, done: str, act: Act) -> None:
    with console.writing() as session:
        found = console.named_account(session, named)
        act(session, found)
    click.echo(f"account {found.id}: {done}")


def _facts(found: Account) -> dict[str, Any]:
    return {
        "account": found.id,
        "login e-mail": found.login_email,
        "contact e-mail": found.contact_email,
        "name": f"{found.first_name} {found.last_name}",
        "status": found.status,
        "registered": found.registered_at.isoformat(timespec="seconds"),
        "second factor": "yes" if found.has_second_factor else "no",
        "operator since": found.operator_since and found.operator_since.isoformat(timespec="seconds"),
    }


def _line(entry: HistoryEntry) -> str:
    by = f" by {'manager' if entry.by_manager else 'operator'} {entry.done_by}" if entry.done_by else ""
    return f"{entry.happened_at.isoformat(timespec='seconds')}\t{entry.what}{by}\t{entry.address}\t{entry.device}"
