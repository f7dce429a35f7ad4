"""`guichet identity accounts …`, as an operator calls it."""

import pytest
from click.testing import CliRunner, Result

from chassis.cli import main
from services.identity.models import Happening, HistoryEntry
from tests.services.identity.authenticators import SoftPasskey
from tests.services.identity.builders import EMAIL, Headers, Identity, bearer


def reset(identity: Identity, account: str) -> Result:
    url = identity.service.database.engine.url.render_as_string(hide_password=False)
    command = ["identity", "accounts", "reset-second-factor", account]
    return CliRunner().invoke(main, command, env={"GUICHET_DATABASE_URL": url})


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
    identity: Identity, me: Headers, account: str
) -> None:
    waiting = identity.first_step()

    done = reset(identity, account)

    assert done.output == "account 1: no second factor any more\n"
    assert identity.second_factors(me) == {"authenticator_app": None, "passkeys": [], "recovery_codes_left": 0}
    assert identity.sign_in().status_code == 201
    assert identity.second_step(waiting, code="123456").status_code == 401
    assert identity.events("identity.second_factors_reset.v1") == [{"account_id": 1}]
    with identity.service.database.reading() as session:
        entry = session.query(HistoryEntry).filter_by(what=Happening.SECOND_FACTORS_RESET).one()
        assert (entry.account_id, entry.done_by) == (1, None)
        assert "guichet identity accounts" in entry.device


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("2", "there is no such account"),
        ("personne@exemple.fr", "there is no such account"),
        ("not an address", "neither a number nor an e-mail address"),
        (EMAIL, "account 1 has no second factor"),
    ],
)
def test_what_cannot_be_reset_is_told_and_changes_nothing(identity: Identity, account: str, told: str) -> None:
    identity.active_account()

    failed = reset(identity, account)

    assert failed.exit_code == 1
    assert told in failed.output
    assert "identity.second_factors_reset.v1" not in identity.event_names()
