"""`guichet identity encryption-keys …`, as an operator calls it when the key changes (A-14)."""

import pytest
from click.testing import CliRunner, Result

from chassis.cli import main
from chassis.ground.settings import Secret
from services.identity.factors import encryption_at_rest
from services.identity.factors.encryption_at_rest import Encryptor
from services.identity.models.second_factors import AuthenticatorApp
from tests.services.identity.authenticators import code_of
from tests.services.identity.builders import SETTINGS, Identity, bearer, identity_under_test

pytestmark = pytest.mark.both_databases

OLD, NEW = encryption_at_rest.new_encryption_key(), encryption_at_rest.new_encryption_key()


def call(identity: Identity, *arguments: str, keys: str = OLD) -> Result:
    """With the variables that identity's container has."""
    told = {name: value.reveal() if isinstance(value, Secret) else str(value) for name, value in SETTINGS.items()}
    url = identity.service.database.engine.url.render_as_string(hide_password=False)
    settings = {**told, "database_url": url, "encryption_keys": keys}
    variables = {f"GUICHET_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(main, ["identity", *arguments], env=variables)


def sealed_secrets(identity: Identity) -> list[str]:
    with identity.service.database.reading() as session:
        return [app.sealed_secret for app in session.query(AuthenticatorApp)]


def test_a_new_key_is_what_the_settings_take_and_never_the_same() -> None:
    first, second = (CliRunner().invoke(main, ["identity", "encryption-keys", "new"]).output for _ in range(2))

    assert first != second
    assert Encryptor(f"{first}{second}").encrypt("secret", "1")


def test_with_a_new_key_in_front_everything_is_sealed_again_and_the_old_one_can_go() -> None:
    with identity_under_test(encryption_keys=Secret(OLD)) as identity:
        identity.active_account()
        secret, _ = identity.add_app(bearer(identity.sign_in()))
        database_url = identity.service.database.engine.url.render_as_string(hide_password=False)

        applied = call(identity, "encryption-keys", "apply", keys=f"{NEW}\n{OLD}")
        again = call(identity, "encryption-keys", "apply", keys=f"{NEW}\n{OLD}")

        assert applied.output == "1 secrets sealed with the first key\n"
        assert again.output == "0 secrets sealed with the first key\n"
        assert Encryptor(NEW).uses_newest_key(sealed_secrets(identity)[0])
        with identity_under_test(encryption_keys=Secret(NEW), database_url=database_url) as later:
            answer = later.second_step(later.first_step(), code=code_of(secret, steps_from_now=1))
            assert answer.status_code == 201


def test_without_the_old_key_nothing_is_changed() -> None:
    with identity_under_test(encryption_keys=Secret(OLD)) as identity:
        identity.active_account()
        identity.add_app(bearer(identity.sign_in()))
        before = sealed_secrets(identity)

        failed = call(identity, "encryption-keys", "apply", keys=NEW)

        assert failed.exit_code == 1
        assert "a key that is not there; nothing is changed" in failed.output
        assert sealed_secrets(identity) == before


def test_a_key_that_is_none_is_named_and_not_shown(identity: Identity) -> None:
    failed = call(identity, "encryption-keys", "apply", keys="not-a-key-but-long-enough")

    assert failed.exit_code == 1
    assert "GUICHET_ENCRYPTION_KEYS" in failed.output
    assert "not-a-key-but-long-enough" not in failed.output
