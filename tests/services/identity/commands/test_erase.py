"""`guichet identity accounts erase`, as an operator calls it (A-15)."""

import pytest
from click.testing import CliRunner, Result

from chassis.cli import main
from tests.kit.databases import address, everything_in
from tests.services.identity.builders import EMAIL, Identity

pytestmark = pytest.mark.both_databases


def erase(identity: Identity, account: str, *, answer: str = "y") -> Result:
    command = ["identity", "accounts", "erase", account]
    environment = {"GUICHET_DATABASE_URL": address(identity.service.database)}
    return CliRunner().invoke(main, command, input=answer, env=environment)


def test_without_a_yes_nothing_is_erased(identity: Identity) -> None:
    identity.active_account()
    before = everything_in(identity.service.database)

    asked = erase(identity, EMAIL, answer="n")

    assert asked.exit_code == 1
    assert everything_in(identity.service.database) == before


@pytest.mark.parametrize(("account", "told"), [("2", "no such account"), ("nobody", "neither a number")])
def test_what_is_no_account_is_said(identity: Identity, account: str, told: str) -> None:
    identity.active_account()

    failed = erase(identity, account)

    assert failed.exit_code == 1
    assert told in failed.output


def test_an_account_that_nobody_ever_activated_can_be_erased(identity: Identity) -> None:
    identity.sign_up()

    done = erase(identity, EMAIL)

    assert done.output.endswith("account 1: erased\n")
    assert EMAIL not in everything_in(identity.service.database)
    assert identity.events("identity.account_erased.v1") == [{"account_id": 1}]


def test_an_account_is_erased_once(identity: Identity) -> None:
    identity.active_account()
    erase(identity, "1")

    again = erase(identity, "1")

    assert again.exit_code == 1
    assert "There is no such account." in again.output
    assert len(identity.events("identity.account_erased.v1")) == 1
