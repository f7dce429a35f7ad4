"""Addresses that look like another, and one address written in other ways, wherever an address is typed (A-02)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.history import by_command
from services.identity.use_cases import operators
from tests.services.identity.builders import Identity, bearer, refusal

pytestmark = pytest.mark.both_databases

LATER = timedelta(minutes=6)
ADDRESS = "amélie@société.fr"
WRITTEN_OTHERWISE = [
    "AMÉLIE@SOCIÉTÉ.FR",
    "AME\u0301LIE@xn--socit-esab.fr",
    "amélie@\uff53ociété\uff0efr",
    "\ufeffamé\u200blie@société.fr\u00a0",
]
LOOK_ALIKES = [
    "\u0430mélie@société.fr",  # a Cyrillic a
    "amélie@s\u043eciété.fr",  # a Cyrillic o
    "amelie@société.fr",
    "amélie@societe.fr",
    "am\u00e9l\u0131e@société.fr",  # a dotless i
]
NO_ADDRESS = ["amélie@société.fr.", "amélie\uff20société.fr", "amélie@société\u2024fr", "amé lie@société.fr"]
OPERATOR = "operateur@guichet.example"


@pytest.fixture
def amelie(identity: Identity) -> Identity:
    """With her account, number 1, active."""
    identity.active_account(login_email=ADDRESS)
    return identity


def account_ids(identity: Identity, event: str) -> list[int]:
    return [payload["account_id"] for payload in identity.events(event)]


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_a_look_alike_is_another_account_and_gets_none_of_its_mails(amelie: Identity, address: str) -> None:
    with time_machine.travel(now() + LATER):
        answers = [amelie.sign_up(login_email=address), amelie.resend(address), amelie.ask_for_recovery(address)]
        signed_in = amelie.sign_in(address)

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert refusal(signed_in) == (401, "wrong_credentials")
    assert account_ids(amelie, "identity.account_registered.v1") == [1, 2]
    registered = [payload["login_email"] for payload in amelie.events("identity.account_registered.v1")]
    assert registered[0] == ADDRESS != registered[1]
    assert amelie.event_names().count("identity.account_registered.v1") == 2
    assert account_ids(amelie, "identity.sign_up_repeated.v1") == []
    assert account_ids(amelie, "identity.recovery_requested.v1") == []


@pytest.mark.parametrize("address", WRITTEN_OTHERWISE)
def test_one_address_is_one_account_however_it_is_written(amelie: Identity, address: str) -> None:
    with time_machine.travel(now() + LATER):
        amelie.sign_up(login_email=address)
        amelie.ask_for_recovery(address)
        found = amelie.me(bearer(amelie.sign_in(address)))

    assert found["login_email"] == ADDRESS
    assert account_ids(amelie, "identity.account_registered.v1") == [1]
    assert account_ids(amelie, "identity.sign_up_repeated.v1") == [1]
    assert account_ids(amelie, "identity.recovery_requested.v1") == [1]


@pytest.mark.parametrize("address", WRITTEN_OTHERWISE)
def test_the_activation_mail_is_asked_for_again_however_the_address_is_written(
    identity: Identity, address: str
) -> None:
    identity.sign_up(login_email=ADDRESS)

    with time_machine.travel(now() + LATER):
        identity.resend(address)

    assert account_ids(identity, "identity.activation_requested.v1") == [1]


@pytest.mark.parametrize("address", [*WRITTEN_OTHERWISE, ADDRESS])
def test_operators_find_it_however_it_is_written_and_no_look_alike(amelie: Identity, address: str) -> None:
    for look_alike in LOOK_ALIKES[:2]:
        amelie.sign_up(login_email=look_alike)
    amelie.active_account(login_email=OPERATOR)
    with amelie.service.database.writing() as session:
        operators.add(session, OPERATOR, {}, by_command("operators add"))
    amelie.protect(OPERATOR)
    headers = bearer(amelie.sign_in_protected(OPERATOR))

    answer = amelie.client.get("/operator/accounts", query_string={"email": address}, headers=headers)

    assert [found["account_id"] for found in answer.get_json()["items"]] == [1]


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_address_is_refused_wherever_it_is_typed(amelie: Identity, address: str) -> None:
    before = amelie.kept()

    answers = [
        amelie.sign_up(login_email=address),
        amelie.resend(address),
        amelie.ask_for_recovery(address),
        amelie.sign_in(address),
    ]

    assert {refusal(answer) for answer in answers} == {(422, "invalid_input")}
    assert amelie.kept() == before
