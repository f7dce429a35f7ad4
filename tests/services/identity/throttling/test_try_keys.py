"""Under which keys strangers and clients are counted."""

from chassis.ground.client_networks import Pseudonyms
from chassis.ground.settings import Secret
from services.identity.models.tries import WRONG_PASSWORDS, Limit
from services.identity.throttling.try_keys import TryKeys

SIGN_UPS = Limit("sign_ups", 1, WRONG_PASSWORDS.within)
KEYS = TryKeys(Pseudonyms(Secret("a-secret-of-this-test")))


def test_a_client_is_known_by_its_network_and_by_nothing_that_can_be_read() -> None:
    key = KEYS.client(SIGN_UPS, "2001:db8::1")

    assert key == KEYS.client(SIGN_UPS, "2001:db8::2")
    assert key.startswith("sign_ups:")
    assert "2001" not in key


def test_clients_addresses_and_things_do_not_mix() -> None:
    keys = {
        KEYS.client(SIGN_UPS, "192.0.2.1"),
        KEYS.client(SIGN_UPS, "192.0.2.2"),
        KEYS.client(WRONG_PASSWORDS, "192.0.2.1"),
        KEYS.stranger("192.0.2.1"),
        TryKeys(Pseudonyms(Secret("another-secret-of-this-test"))).client(SIGN_UPS, "192.0.2.1"),
    }

    assert len(keys) == 5


def test_clients_without_an_address_count_as_one() -> None:
    assert KEYS.client(SIGN_UPS, "") == KEYS.client(SIGN_UPS, "x, y")
