"""`guichet identity …`, as an operator calls it."""

from click.testing import CliRunner

from chassis.cli import main
from services.identity.signing_keys import SigningKeys


def test_a_new_key_is_what_the_settings_take_and_never_the_same() -> None:
    first, second = (CliRunner().invoke(main, ["identity", "keys", "new"]).output for _ in range(2))

    assert SigningKeys(first).signing.is_private
    assert SigningKeys(first).signing.kid != SigningKeys(second).signing.kid
