"""What is for trying Guichet out, and refused where people have real accounts."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.ground.settings import Secret, SettingsError
from services.identity.settings import Settings as IdentitySettings
from services.notifier.settings import Settings as NotifierSettings
from services.structures.settings import Settings as StructuresSettings
from tests.gateway import builders as gateway
from tests.services.identity.builders import SETTINGS as OF_IDENTITY

OF_A_SERVICE = {"database_url": "sqlite://", "identity_url": "http://127.0.0.1:9", "client_secret": Secret("x" * 16)}
OF_STRUCTURES = {**OF_A_SERVICE, "sirene_key": Secret("x" * 16), "admit_fictive_sirets": True}
OF_THE_NOTIFIER = {
    **OF_A_SERVICE,
    "smtp_host": "smtp.example",
    "smtp_user": "guichet",
    "smtp_password": Secret("x" * 16),
    "smtp_sender": "Guichet <ne-pas-repondre@guichet.example>",
}


def a_gateway(**told: Any) -> object:
    return gateway.settings(secure_cookies=False, **told)


def an_identity(**told: Any) -> object:
    return IdentitySettings(**{"database_url": "sqlite://", **OF_IDENTITY, **told})


def a_registry(**told: Any) -> object:
    return StructuresSettings(**{**OF_STRUCTURES, **told})


def a_notifier(**told: Any) -> object:
    return NotifierSettings(**{**OF_THE_NOTIFIER, "smtp_starttls": False, **told})


SWITCHES = [
    (a_gateway, "GUICHET_SECURE_COOKIES"),
    (an_identity, "GUICHET_CAPTCHA_SANDBOX_ANSWER"),
    (a_registry, "GUICHET_ADMIT_FICTIVE_SIRETS"),
    (a_notifier, "GUICHET_SMTP_STARTTLS"),
]


@pytest.mark.parametrize("portal", ["https://guichet.example", "https://192.0.2.1", "HTTPS://localhost.example"])
@pytest.mark.parametrize(("settings", "name"), SWITCHES)
def test_what_opens_a_sandbox_is_refused_at_a_real_address(
    settings: Callable[..., object], name: str, portal: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name}.*for a sandbox alone"):
        settings(portal_url=portal)


@pytest.mark.parametrize("portal", ["https://localhost:8443", "https://essai.localhost", "http://farm.test"])
@pytest.mark.parametrize(("settings", "name"), SWITCHES)
def test_on_this_machine_or_without_https_it_is_admitted(
    settings: Callable[..., object], name: str, portal: str
) -> None:
    assert settings(portal_url=portal)


@pytest.mark.parametrize("portal", ["https://127.0.0.1", "https://127.8.8.8:8443", "https://[::1]"])
def test_an_address_of_this_machine_may_be_a_number(portal: str) -> None:
    assert a_gateway(portal_url=portal)


def test_fictive_sirets_are_admitted_only_where_the_portal_is_known() -> None:
    with pytest.raises(SettingsError, match="GUICHET_PORTAL_URL"):
        a_registry()


@pytest.mark.parametrize("told", [{"smtp_host": "127.0.0.1"}, {"smtp_implicit_tls": True}, {"smtp_user": None}])
def test_a_mail_server_that_is_told_no_password_over_the_network_needs_no_encryption(told: dict[str, Any]) -> None:
    assert a_notifier(portal_url="https://guichet.example", **told)
