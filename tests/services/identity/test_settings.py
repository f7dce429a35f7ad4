"""What identity refuses to start with."""

import json
from typing import Any

import pytest

from chassis.ground.settings import Secret, SettingsError
from services.identity.settings import Settings
from services.identity.tokens import signing_keys
from tests.services.identity.builders import SETTINGS


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("signing_keys", Secret("not a set of keys at all")),
        ("signing_keys", Secret(json.dumps({"keys": []}) + " " * 16)),
        ("encryption_keys", Secret("not a key at all")),
        ("portal_url", "guichet.example"),
        ("portal_url", "https://guichet.example/portal"),
        ("portal_url", "ftp://guichet.example"),
        ("captcha_sandbox_answer", "12345"),
        ("captcha_sandbox_answer", ""),
        ("activation_minutes", 0),
        ("refresh_days", -1),
    ],
)
def test_a_setting_that_cannot_work_is_named(setting: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"GUICHET_{setting.upper()}"):
        Settings(**{"database_url": "sqlite://", **SETTINGS, setting: value})


def test_a_refused_key_is_not_shown() -> None:
    broken = signing_keys.new_signing_key() | {"kid": ""}

    with pytest.raises(SettingsError) as caught:
        Settings(**{"database_url": "sqlite://", **SETTINGS, "signing_keys": Secret(json.dumps({"keys": [broken]}))})

    assert broken["d"] not in str(caught.value)
