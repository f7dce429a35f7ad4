"""`guichet identity accounts reset-second-factor`, as an operator calls it."""

import pytest

from services.identity.models.history import Happening, HistoryEntry
from tests.services.identity.authenticators import SoftPasskey
from tests.services.identity.builders import EMAIL, Headers, Identity, bearer
from tests.services.identity.commands.conftest import Shell

pytestmark = pytest.mark.both_databases

RESET = ("accounts", "reset-second-factor")


@pytest.fixture
def me(identity: Identity) -> Headers:
    """With an app, a passkey, recovery codes and a sign-in that waits for its second step."""
    identity.active_account()
    headers = bearer(identity.sign_in())
    identity.add_app(headers)
    passkey = SoftPasskey()
    identity.register_passkey(headers, passkey.register(identity.ask_for_new_passkey(headers)))
    return headers


@pytest.mark.parametrize("account", ["1", EMAIL, EMAIL.upper()])
def test_all_second_factors_are_taken_from_an_account_named_either_way(
    identity: Identity, shell: Shell, me: Headers, account: str
) -> None:
    waiting = identity.first_step()

    done = shell(*RESET, account)

    assert done.output == "account 1: no second factor any more\n"
    assert identity.second_factors(me) == {"authenticator_app": None, "passkeys": [], "recovery_codes_left": 0}
    assert identity.sign_in().status_code == 201
    assert identity.second_step(waiting, code="123456").status_code == 401
    assert identity.events("identity.second_factors_reset.v1") == [{"account_id": 1}]
    with identity.service.database.reading() as session:
        entry = session.query(HistoryEntry).filter_by(what=Happening.SECOND_FACTORS_RESET).one()
        assert (entry.account_id, entry.done_by) == (1, None)
        assert "guichet identity accounts" in entry.device


def test_an_account_without_second_factor_is_told_and_nothing_changes(active: Identity, shell: Shell) -> None:
    failed = shell(*RESET, EMAIL)

    assert failed.exit_code == 1
    assert failed.output == "Error: The account has no second factor.\n"
    assert "identity.second_factors_reset.v1" not in active.event_names()
