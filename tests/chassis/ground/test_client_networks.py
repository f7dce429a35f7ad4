"""Whom requests without an account are counted for."""

import pytest

from chassis.ground.client_networks import Pseudonyms, client_network
from chassis.ground.settings import Secret

PSEUDONYMS = Pseudonyms(Secret("a-secret-of-this-test"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", None),
        ("192.0.2.7, 192.0.2.8", None),
        ("someone@example.fr", None),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(address: str, network: str | None) -> None:
    assert client_network(address) == network


def test_the_addresses_of_one_subscriber_have_one_pseudonym_which_shows_none_of_them() -> None:
    pseudonym = PSEUDONYMS.of_client("2001:db8::1")

    assert pseudonym == PSEUDONYMS.of_client("2001:db8::ffff:2")
    assert pseudonym != PSEUDONYMS.of_client("2001:db8:0:1::1")
    assert "2001" not in pseudonym


def test_without_the_secret_no_list_of_addresses_gives_a_pseudonym_away() -> None:
    assert PSEUDONYMS.of_client("192.0.2.7") != Pseudonyms(Secret("another-secret-of-test")).of_client("192.0.2.7")
