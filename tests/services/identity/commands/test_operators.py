"""`guichet identity operators …`: the only way in which someone becomes an operator."""

import pytest

from services.identity.models.history import Happening
from tests.services.identity.builders import EMAIL, Identity, bearer, refusal
from tests.services.identity.commands.conftest import Shell

pytestmark = pytest.mark.both_databases

NEW = "odile@guichet.example"
NAMES = ("--first-name", "Odile", "--last-name", "Opérante")


def operators(shell: Shell) -> list[str]:
    """The numbers of their accounts."""
    return [line.split("\t")[0] for line in shell("operators", "list").stdout.splitlines()]


def comes_in(identity: Identity, address: str) -> bool:
    headers = bearer(identity.sign_in_protected(address))
    return identity.client.get("/operator/accounts", headers=headers).status_code == 200


def test_an_active_account_becomes_an_operators(active: Identity, shell: Shell) -> None:
    done = shell("operators", "add", EMAIL.upper())

    assert (done.exit_code, done.stdout) == (
        0,
        "account 1 is an operator's (ACTIF); the role waits for a second factor\n",
    )
    assert operators(shell) == ["1"]
    assert active.events("identity.operator_added.v1") == [{"account_id": 1}]
    assert active.happenings()[0] is Happening.OPERATOR_ADDED
    active.protect()
    assert comes_in(active, EMAIL)


def test_a_new_one_is_made_and_activated_by_mail(identity: Identity, shell: Shell) -> None:
    done = shell("operators", "add", NEW, *NAMES)

    assert done.stdout == "account 1 is an operator's (EN_ATTENTE_ACTIVATION); the role waits for a second factor\n"
    assert identity.event_names() == ["identity.account_registered.v1", "identity.operator_added.v1"]
    assert identity.events()[0]["first_name"] == "Odile"
    assert identity.activate(identity.link(1)).status_code == 204
    identity.protect(NEW)
    assert comes_in(identity, NEW)


def test_the_names_of_a_new_one_are_asked_for(identity: Identity, shell: Shell) -> None:
    shell("operators", "add", NEW, typed="Odile\nOpérante\n")

    told = identity.events("identity.account_registered.v1")[0]
    assert (told["first_name"], told["last_name"]) == ("Odile", "Opérante")


def test_an_account_that_waits_for_its_activation_is_an_operators_once_its_holder_has_activated_it(
    identity: Identity, shell: Shell
) -> None:
    identity.sign_up()

    assert shell("operators", "add", EMAIL).exit_code == 0

    assert refusal(identity.sign_in()) == (401, "wrong_credentials")
    identity.activate(identity.link(1))
    identity.protect()
    assert comes_in(identity, EMAIL)


def test_who_is_one_already_or_is_none_is_told(active: Identity, shell: Shell) -> None:
    refused = shell("operators", "remove", EMAIL)
    shell("operators", "add", EMAIL)
    again = shell("operators", "add", EMAIL)

    assert (refused.exit_code, refused.stderr) == (1, "Error: The account is not an operator's.\n")
    assert (again.exit_code, again.stderr) == (1, "Error: The account is an operator's already.\n")
    assert active.happenings().count(Happening.OPERATOR_ADDED) == 1


def test_a_deactivated_account_becomes_no_operators(active: Identity, shell: Shell) -> None:
    shell("accounts", "deactivate", EMAIL)

    assert shell("operators", "add", EMAIL).exit_code == 1
    assert operators(shell) == []


def test_the_role_is_taken_away_with_its_sessions(active: Identity, shell: Shell) -> None:
    shell("operators", "add", EMAIL)
    headers = bearer(active.sign_in())

    assert shell("operators", "remove", "1").exit_code == 0

    assert operators(shell) == []
    assert refusal(active.client.get("/operator/accounts", headers=headers)) == (401, "unauthenticated")
    assert active.happenings()[0] is Happening.OPERATOR_REMOVED


@pytest.mark.parametrize("address", ["no-address", "", "a@", "99"])
def test_what_is_no_address_is_refused(identity: Identity, shell: Shell, address: str) -> None:
    assert shell("operators", "add", address, *NAMES).exit_code in (1, 2)
    assert identity.event_names() == []
