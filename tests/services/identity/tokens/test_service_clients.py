"""The services that ask for tokens in their own name."""

import pytest

from chassis.ground.settings import Secret
from services.identity.errors.clients import InvalidClient, InvalidScope
from services.identity.tokens.service_clients import SCOPES, ServiceClients

CLIENTS = ServiceClients({name: Secret(f"{name}-of-this-test") for name in SCOPES})


@pytest.mark.parametrize(
    ("name", "scopes"),
    [
        ("structures", {"feed.read", "activation_mails.ask"}),
        ("espaces", {"feed.read"}),
        (
            "notifier",
            {
                "feed.read",
                "activation_links.issue",
                "recovery_links.issue",
                "login_email_links.issue",
                "contact_email_links.issue",
            },
        ),
    ],
)
def test_a_service_gets_what_it_may_have(name: str, scopes: set[str]) -> None:
    assert CLIENTS.granted(name, f"{name}-of-this-test", None) == scopes


def test_a_service_can_ask_for_a_part() -> None:
    assert CLIENTS.granted("notifier", "notifier-of-this-test", "feed.read") == {"feed.read"}


def test_a_service_gets_nothing_beyond() -> None:
    with pytest.raises(InvalidScope):
        CLIENTS.granted("structures", "structures-of-this-test", "feed.read activation_links.issue")


@pytest.mark.parametrize(
    ("name", "secret"),
    [("notifier", "structures-of-this-test"), ("notifier", ""), ("stranger", ""), ("", ""), ("notifier", "\ud800")],
)
def test_a_wrong_secret_or_name_is_refused(name: str, secret: str) -> None:
    with pytest.raises(InvalidClient):
        CLIENTS.granted(name, secret, None)
