"""A stranger cannot tell by an answer, nor by when it comes, whether an address has an account (A-10)."""

from collections.abc import Iterator
from functools import partial

import pytest
import time_machine

from chassis.ground.clock import now
from tests.services.identity.alike import PAIRS, Ask, assert_alike
from tests.services.identity.builders import EMAIL, Identity, an_address, identity_under_test

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

WRONG = "pas le bon mot de passe"
BOUNDED = ("captchas", "sign_ups", "activation_mails", "recoveries", "wrong_passwords")
GENEROUS = {f"{what}_per_address": 10_000 for what in BOUNDED}


@pytest.fixture
def identity() -> Iterator[Identity]:
    """With passwords that cost something."""
    with identity_under_test(padded=True, argon2_time_cost=2, argon2_memory_kib=16384, **GENEROUS) as running:
        yield running


def wrong(identity: Identity, addresses: list[str]) -> list[Ask]:
    return [partial(identity.sign_in, address, WRONG) for address in addresses]


def strangers() -> list[str]:
    return [an_address() for _ in range(PAIRS)]


def pending(identity: Identity) -> list[str]:
    addresses = strangers()
    for address in addresses:
        identity.sign_up(login_email=address)
    return addresses


def active(identity: Identity) -> list[str]:
    addresses = strangers()
    for address in addresses:
        identity.active_account(login_email=address)
    return addresses


def test_a_wrong_password_and_an_unknown_address_are_alike(identity: Identity) -> None:
    assert_alike(wrong(identity, active(identity)), wrong(identity, strangers()))


def test_an_account_that_waits_for_activation_and_an_unknown_address_are_alike(identity: Identity) -> None:
    assert_alike(wrong(identity, pending(identity)), wrong(identity, strangers()))


def test_locked_and_wrong_are_alike(identity: Identity) -> None:
    identity.active_account()
    # On a slow machine, the lock would end before the last of these requests. Durations are measured by another clock.
    with time_machine.travel(now(), tick=False):
        for _ in range(10):
            identity.sign_in(password=WRONG)

        assert_alike([partial(identity.sign_in, EMAIL)] * PAIRS, wrong(identity, strangers()))


def test_signing_up_with_a_known_and_with_a_new_address_are_alike(identity: Identity) -> None:
    known, new = active(identity), strangers()

    assert_alike(sign_ups(identity, known), sign_ups(identity, new))


def test_asking_for_activation_again_is_alike_for_every_address(identity: Identity) -> None:
    known, unknown = pending(identity), strangers()

    assert_alike([partial(identity.resend, one) for one in known], [partial(identity.resend, one) for one in unknown])


def test_asking_for_recovery_is_alike_for_every_address(identity: Identity) -> None:
    known, unknown = active(identity), strangers()

    assert_alike(recoveries(identity, known), recoveries(identity, unknown))


def recoveries(identity: Identity, addresses: list[str]) -> list[Ask]:
    captchas = [identity.captcha() for _ in addresses]
    return [
        partial(identity.ask_for_recovery, address, captcha_id=captcha)
        for address, captcha in zip(addresses, captchas, strict=True)
    ]


def sign_ups(identity: Identity, addresses: list[str]) -> list[Ask]:
    """With a captcha made beforehand."""
    captchas = [identity.captcha() for _ in addresses]
    return [
        partial(identity.sign_up, login_email=address, captcha_id=captcha)
        for address, captcha in zip(addresses, captchas, strict=True)
    ]
