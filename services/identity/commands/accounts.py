"""`guichet identity accounts …`: what operators do in the portal, and also with the accounts of operators."""

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from services.identity.commands import console
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import HistoryEntry, by_command
from services.identity.queries import account_search, history
from services.identity.use_cases import deactivation, erasure, operators, second_factors

MOST = 100
"""Lines of a list at most."""

Act = Callable[[Session, Account], object]


@click.group("accounts")
def accounts_group() -> None:
    """Manage the accounts of people."""


@accounts_group.command()
@click.option("--email", help="a part of the login or contact e-mail")
@click.option("--name", help="words of first and last name, in any order")
@click.option("--status", type=click.Choice([status.value for status in AccountStatus]))
def search(email: str | None, name: str | None, status: str | None) -> None:
    """List the accounts that match, the newest first."""
    criteria = {"email": email, "name": name, "status": AccountStatus(status) if status else None, "limit": MOST}
    with console.reading() as session:
        page = account_search.search(session, criteria)
        for match in page.items:
            click.echo(f"{match.id}\t{match.login_email}\t{match.first_name} {match.last_name}\t{match.status}")
    if page.next:
        click.echo(f"more than {MOST}: ask more precisely", err=True)


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def show(account: str) -> None:
    """Show one account, and what happened to it lately."""
    with console.reading() as session:
        shown_account = console.named_account(session, account)
        entries = history.page(session, shown_account.id, {"after": None, "limit": MOST}).items
        for label, value in _facts(shown_account).items():
            click.echo(f"{label}: {value}")
        for entry in entries:
            click.echo(_line(entry))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def resend(account: str) -> None:
    """Have the activation mail sent again."""
    origin = by_command("accounts resend")
    _act(
        account,
        "the mail is on its way",
        lambda session, account: operators.send_activation_again(session, account.id, origin),
    )


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def deactivate(account: str) -> None:
    """Deactivate an account, whose sessions end and whose holder is written to."""
    origin = by_command("accounts deactivate")
    _act(account, "deactivated", lambda session, account: deactivation.deactivate(session, account.id, origin))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
def reactivate(account: str) -> None:
    """Reactivate an account, whose holder is written to."""
    origin = by_command("accounts reactivate")
    _act(account, "active again", lambda session, account: deactivation.reactivate(session, account.id, origin))


@accounts_group.command("reset-second-factor")
@click.argument("account", metavar="EMAIL|NUMBER")
def reset_second_factor(account: str) -> None:
    """Take all second factors and recovery codes from an account, whose holder is written to. Be sure who asks."""
    origin = by_command("accounts reset-second-factor")
    _act(account, "no second factor any more", lambda session, account: second_factors.reset(session, account, origin))


@accounts_group.command()
@click.argument("account", metavar="EMAIL|NUMBER")
@click.confirmation_option(prompt="There is no way back. See first that no structure is left without a manager. Erase?")
def erase(account: str) -> None:
    """Erase an account for good, also in the other services (A-15).

    For people who cannot sign in to do it, and after a database was restored to a moment before an erasure.
    """
    _act(account, "erased", lambda session, erased: erasure.erase(session, erased.id))


def _act(named: str, done: str, act: Act) -> None:
    with console.writing() as session:
        account = console.named_account(session, named)
        act(session, account)
    click.echo(f"account {account.id}: {done}")


def _facts(account: Account) -> dict[str, object]:
    return {
        "account": account.id,
        "login e-mail": account.login_email,
        "contact e-mail": account.contact_email,
        "contact e-mail to be confirmed": account.awaited_contact_email,
        "name": f"{account.first_name} {account.last_name}",
        "status": account.status,
        "registered": account.registered_at.isoformat(timespec="seconds"),
        "second factor": "yes" if account.has_second_factor else "no",
        "operator since": account.operator_since and account.operator_since.isoformat(timespec="seconds"),
    }


def _line(entry: HistoryEntry) -> str:
    by = f" by {'manager' if entry.by_manager else 'operator'} {entry.done_by}" if entry.done_by else ""
    return f"{entry.happened_at.isoformat(timespec='seconds')}\t{entry.what}{by}\t{entry.address}\t{entry.device}"
