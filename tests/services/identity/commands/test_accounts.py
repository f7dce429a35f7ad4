"""`guichet identity accounts …`: what operators do in the portal, from a shell."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.history import Happening
from tests.services.identity.builders import EMAIL, Identity, an_address, bearer
from tests.services.identity.commands.conftest import Shell

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("command", ["show", "resend", "deactivate", "reactivate", "reset-second-factor"])
@pytest.mark.parametrize("named", ["99", "nobody@exemple.fr", "nobody"])
def test_an_account_that_is_none_is_told(identity: Identity, shell: Shell, command: str, named: str) -> None:
    done = shell("accounts", command, named)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: th")


def test_accounts_are_searched(active: Identity, shell: Shell) -> None:
    active.sign_up(login_email=an_address(), first_name="Paul")

    by_name = shell("accounts", "search", "--name", "moreau camille").stdout
    by_status = shell("accounts", "search", "--status", "EN_ATTENTE_ACTIVATION").stdout
    nothing = shell("accounts", "search", "--email", "nobody").stdout

    assert by_name == f"1\t{EMAIL}\tCamille Moreau\tACTIF\n"
    assert by_status.startswith("2\t")
    assert nothing == ""


def test_one_account_is_shown_with_its_history(active: Identity, shell: Shell) -> None:
    active.sign_in(headers={"X-Forwarded-For": "203.0.113.7"})

    shown = shell("accounts", "show", EMAIL).stdout

    assert "account: 1\n" in shown
    assert "status: ACTIF\n" in shown
    assert "\tsigned_in\t203.0.113.7\t" in shown
    assert "argon2" not in shown


def test_whether_an_account_has_a_second_factor_is_shown(active: Identity, shell: Shell) -> None:
    before = shell("accounts", "show", EMAIL).stdout
    active.protect()

    assert "second factor: no\n" in before
    assert "second factor: yes\n" in shell("accounts", "show", EMAIL).stdout


def test_an_account_is_deactivated_and_reactivated_also_an_operators(active: Identity, shell: Shell) -> None:
    shell("operators", "add", EMAIL)

    assert shell("accounts", "deactivate", "1").stdout == "account 1: deactivated\n"
    again = shell("accounts", "deactivate", "1")
    assert active.sign_in().status_code == 401
    assert shell("accounts", "reactivate", "1").stdout == "account 1: active again\n"

    assert again.exit_code == 1
    assert active.sign_in().status_code == 201
    assert active.happenings()[1:3] == [Happening.REACTIVATED, Happening.DEACTIVATED]


def test_what_was_done_in_a_shell_is_by_an_operator_in_the_history(active: Identity, shell: Shell) -> None:
    shell("accounts", "deactivate", EMAIL)
    shell("accounts", "reactivate", EMAIL)

    items = active.client.get("/history", headers=bearer(active.sign_in())).get_json()["items"]

    assert [one["by_operator"] for one in items[:3]] == [False, True, True]
    assert items[1]["address"] == ""


def test_a_browser_that_calls_itself_a_command_is_none(active: Identity) -> None:
    opened = active.sign_in(headers={"User-Agent": "guichet identity accounts deactivate"})

    items = active.client.get("/history", headers=bearer(opened)).get_json()["items"]

    assert items[0]["by_operator"] is False


def test_the_activation_mail_is_sent_again(identity: Identity, shell: Shell) -> None:
    identity.sign_up()

    early = shell("accounts", "resend", EMAIL)
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        sent = shell("accounts", "resend", EMAIL)

    assert (early.exit_code, sent.exit_code) == (1, 0)
    assert identity.events("identity.activation_requested.v1") == [{"account_id": 1}]
