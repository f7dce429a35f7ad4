"""Passkeys: registered, used as second and as only factor, named and removed (A-14)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from webauthn.helpers import bytes_to_base64url

from services.identity.models.challenges import CHALLENGE_VALIDITY
from services.identity.models.second_factors import MOST_PASSKEYS, Passkey
from tests.services.identity.authenticators import PRESENT, SoftPasskey
from tests.services.identity.builders import (
    EMAIL,
    PASSWORD,
    PORTAL,
    Headers,
    Identity,
    an_address,
    bearer,
    refusal,
)

pytestmark = pytest.mark.both_databases

PASSKEYS = "/second-factors/passkeys"


@pytest.fixture
def me(identity: Identity) -> Headers:
    identity.active_account()
    return bearer(identity.sign_in())


@pytest.fixture
def mine(identity: Identity, me: Headers) -> SoftPasskey:
    return registered(identity, me, SoftPasskey())


@pytest.fixture
def stranger(identity: Identity) -> Headers:
    """Someone else, who is signed in too."""
    other = an_address()
    identity.active_account(login_email=other)
    return bearer(identity.sign_in(other))


def registered(identity: Identity, headers: Headers, passkey: SoftPasskey) -> SoftPasskey:
    answer = identity.register_passkey(headers, passkey.register(identity.ask_for_new_passkey(headers)))
    assert answer.status_code == 201, answer.get_json()
    return passkey


def names(identity: Identity, headers: Headers) -> list[str]:
    return [one["name"] for one in identity.second_factors(headers)["passkeys"]]


def test_what_a_browser_is_asked_names_the_portal_and_tells_nothing_of_the_person_but_to_themselves(
    identity: Identity, me: Headers
) -> None:
    options = identity.ask_for_new_passkey(me)

    assert options["rp"] == {"name": "Guichet", "id": "guichet.localhost"}
    assert options["user"] == {"id": bytes_to_base64url(b"1"), "name": EMAIL, "displayName": EMAIL}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert identity.ask_for_passkey()["allowCredentials"] == []
    assert identity.ask_for_passkey()["userVerification"] == "required"


def test_a_passkey_is_only_added_by_who_knows_the_password(identity: Identity, me: Headers) -> None:
    answer = identity.post("/second-factors/passkey-options", {"current_password": "not this one at all"}, headers=me)

    assert refusal(answer) == (422, "current_password_wrong")


def test_a_passkey_is_the_second_factor(identity: Identity, me: Headers, mine: SoftPasskey) -> None:
    first = identity.sign_in()
    challenge = first.get_json()["challenge"]
    options = identity.ask_for_second_passkey(challenge)

    answer = identity.second_step(challenge, passkey=mine.sign(options))

    assert first.get_json()["methods"] == ["passkey", "recovery_code"]
    assert [one["id"] for one in options["allowCredentials"]] == [bytes_to_base64url(mine.id)]
    assert answer.status_code == 201
    assert identity.client.get("/accounts/me", headers=bearer(answer)).get_json()["account_id"] == 1
    assert identity.second_factors(me)["passkeys"][0]["last_used_at"] is not None


def test_a_passkey_is_the_only_factor(identity: Identity, mine: SoftPasskey) -> None:
    answer = identity.sign_in_with(mine.sign(identity.ask_for_passkey()))

    assert answer.status_code == 201
    assert identity.client.get("/accounts/me", headers=bearer(answer)).get_json()["login_email"] == EMAIL


def test_alone_it_must_have_made_sure_who_holds_it(identity: Identity, mine: SoftPasskey) -> None:
    mine.flags = PRESENT
    challenge = identity.first_step()

    alone = identity.sign_in_with(mine.sign(identity.ask_for_passkey()))
    after_the_password = identity.second_step(challenge, passkey=mine.sign(identity.ask_for_second_passkey(challenge)))

    assert refusal(alone) == (401, "passkey_refused")
    assert after_the_password.status_code == 201


def test_another_site_is_refused(identity: Identity, me: Headers, mine: SoftPasskey) -> None:
    mine.origin = f"{PORTAL}.evil.test"
    challenge = identity.first_step()

    alone = identity.sign_in_with(mine.sign(identity.ask_for_passkey()))
    second = identity.second_step(challenge, passkey=mine.sign(identity.ask_for_second_passkey(challenge)))
    elsewhere = SoftPasskey(origin=mine.origin).register(identity.ask_for_new_passkey(me))

    assert refusal(alone) == (401, "passkey_refused")
    assert refusal(second) == (401, "second_factor_wrong")
    assert refusal(identity.register_passkey(me, elsewhere)) == (422, "passkey_not_accepted")
    assert names(identity, me) == ["Mon téléphone"]


def test_another_relying_party_is_refused(identity: Identity, mine: SoftPasskey) -> None:
    options = {**identity.ask_for_passkey(), "rpId": "evil.test"}

    assert refusal(identity.sign_in_with(mine.sign(options))) == (401, "passkey_refused")


def test_an_answer_is_good_once(identity: Identity, mine: SoftPasskey) -> None:
    answer = mine.sign(identity.ask_for_passkey())
    first = identity.sign_in_with(answer)

    assert first.status_code == 201
    assert refusal(identity.sign_in_with(answer)) == (401, "passkey_refused")


def test_also_a_passkey_that_does_not_count_is_good_once(identity: Identity, me: Headers) -> None:
    passkey = registered(identity, me, SoftPasskey(counts=False))
    answers = [passkey.sign(identity.ask_for_passkey()) for _ in range(2)]

    outcomes = [identity.sign_in_with(answer).status_code for answer in (*answers, *answers)]

    assert outcomes == [201, 201, 401, 401]


def test_a_wrong_answer_uses_up_the_question(identity: Identity, mine: SoftPasskey) -> None:
    options = identity.ask_for_passkey()
    forged = mine.sign(options, signature=b"forged")

    assert refusal(identity.sign_in_with(forged)) == (401, "passkey_refused")
    assert refusal(identity.sign_in_with(mine.sign(options))) == (401, "passkey_refused")


def test_a_question_expires(identity: Identity, me: Headers) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        passkey = registered(identity, me, SoftPasskey())
        late, new = identity.ask_for_passkey(), SoftPasskey()
        registration = identity.ask_for_new_passkey(me)
        clock.shift(CHALLENGE_VALIDITY - timedelta(milliseconds=1))
        assert identity.sign_in_with(passkey.sign(identity.ask_for_passkey())).status_code == 201
        clock.shift(timedelta(milliseconds=1))

        assert refusal(identity.sign_in_with(passkey.sign(late))) == (401, "passkey_refused")
        answer = identity.register_passkey(me, new.register(registration))
        assert refusal(answer) == (422, "passkey_not_accepted")


def test_a_question_put_to_one_account_is_not_answered_by_another(
    identity: Identity, me: Headers, mine: SoftPasskey, stranger: Headers
) -> None:
    theirs = registered(identity, stranger, SoftPasskey())
    challenge = identity.first_step()
    options = identity.ask_for_second_passkey(challenge)

    by_another = identity.second_step(challenge, passkey=theirs.sign(options))
    registration = SoftPasskey().register(identity.ask_for_new_passkey(me))

    assert refusal(by_another) == (401, "second_factor_wrong")
    assert refusal(identity.register_passkey(stranger, registration)) == (422, "passkey_not_accepted")


def test_a_question_serves_only_what_it_was_put_for(identity: Identity, me: Headers, mine: SoftPasskey) -> None:
    challenge = identity.first_step()

    alone = identity.sign_in_with(mine.sign(identity.ask_for_second_passkey(challenge)))
    second = identity.second_step(challenge, passkey=mine.sign(identity.ask_for_passkey()))
    options = {**identity.ask_for_passkey(), "user": {"id": ""}, "rp": {"id": "guichet.localhost"}}

    assert refusal(alone) == (401, "passkey_refused")
    assert refusal(second) == (401, "second_factor_wrong")
    assert refusal(identity.register_passkey(me, SoftPasskey().register(options))) == (422, "passkey_not_accepted")


def test_a_passkey_says_whose_it_is(identity: Identity, mine: SoftPasskey, stranger: Headers) -> None:
    as_another = identity.sign_in_with(mine.sign(identity.ask_for_passkey(), userHandle=b"2"))
    nobody = mine.sign(identity.ask_for_passkey())
    del nobody["response"]["userHandle"]

    assert refusal(as_another) == refusal(identity.sign_in_with(nobody)) == (401, "passkey_refused")


def test_a_passkey_whose_count_goes_back_was_copied(identity: Identity, mine: SoftPasskey) -> None:
    assert identity.sign_in_with(mine.sign(identity.ask_for_passkey())).status_code == 201
    mine.count -= 1

    alone = identity.sign_in_with(mine.sign(identity.ask_for_passkey()))
    mine.count -= 1
    challenge = identity.first_step()
    second = identity.second_step(challenge, passkey=mine.sign(identity.ask_for_second_passkey(challenge)))

    assert refusal(alone) == refusal(second) == (401, "passkey_seems_copied")
    mine.count += 1
    assert identity.sign_in_with(mine.sign(identity.ask_for_passkey())).status_code == 201


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: {},
        lambda answer: {"id": 1},
        lambda answer: answer | {"rawId": "!"},
        lambda answer: answer | {"type": "password"},
        lambda answer: answer | {"response": []},
        lambda answer: answer | {"response": answer["response"] | {"clientDataJSON": "bm90IGpzb24"}},
        lambda answer: answer | {"response": answer["response"] | {"clientDataJSON": "é"}},
        lambda answer: answer | {"response": answer["response"] | {"authenticatorData": "AAAA"}},
        lambda answer: answer | {"response": answer["response"] | {"attestationObject": "oWNmbXQ"}},
        lambda answer: answer | {"response": answer["response"] | {"signature": 7}},
        lambda answer: answer | {"response": answer["response"] | {"userHandle": 7}},
    ],
)
def test_a_malformed_answer_is_refused_like_a_wrong_one(
    identity: Identity, me: Headers, mine: SoftPasskey, spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    signed, made = mine.sign(identity.ask_for_passkey()), SoftPasskey().register(identity.ask_for_new_passkey(me))
    signed["response"]["attestationObject"] = ""
    made["response"] |= {"authenticatorData": "", "signature": "", "userHandle": ""}

    signing, making = identity.sign_in_with(spoil(signed)), identity.register_passkey(me, spoil(made))

    assert signing.status_code in (201, 401)
    assert making.status_code in (201, 422)
    assert {signing.status_code, making.status_code} != {201}


def test_a_passkey_is_registered_once(
    identity: Identity, mine: SoftPasskey, me: Headers, stranger: Headers
) -> None:
    excluded = identity.ask_for_new_passkey(me)["excludeCredentials"]
    again = identity.register_passkey(stranger, mine.register(identity.ask_for_new_passkey(stranger)))

    assert [one["id"] for one in excluded] == [bytes_to_base64url(mine.id)]
    assert refusal(again) == (409, "passkey_exists")
    assert identity.second_factors(stranger)["passkeys"] == []


def test_an_account_has_a_bounded_number_of_passkeys(identity: Identity, me: Headers) -> None:
    now = datetime.now(UTC)
    with identity.service.database.writing() as session:
        session.add_all(
            Passkey(
                account_id=1, name="x", credential_id=bytes([number]), public_key=b"", sign_count=0, transports=[],
                added_at=now,
            )
            for number in range(MOST_PASSKEYS)
        )  # fmt: skip

    answer = identity.post("/second-factors/passkey-options", {"current_password": PASSWORD}, headers=me)

    assert refusal(answer) == (409, "too_many_passkeys")


def test_a_passkey_is_renamed_by_its_holder(
    identity: Identity, me: Headers, mine: SoftPasskey, stranger: Headers
) -> None:
    refused = identity.client.patch(f"{PASSKEYS}/1", json={"name": "À moi"}, headers=stranger)
    renamed = identity.client.patch(f"{PASSKEYS}/1", json={"name": "Clé du bureau"}, headers=me)

    assert refusal(refused) == (404, "passkey_unknown")
    assert renamed.get_json()["name"] == "Clé du bureau"
    assert names(identity, me) == ["Clé du bureau"]


def test_a_passkey_is_removed_by_its_holder_who_knows_the_password(
    identity: Identity, me: Headers, mine: SoftPasskey, stranger: Headers
) -> None:
    path = f"{PASSKEYS}/1/removal"
    by_another = identity.post(path, {"current_password": PASSWORD}, headers=stranger)
    without = identity.post(path, {"current_password": "not this one at all"}, headers=me)
    kept = names(identity, me)

    removed = identity.post(path, {"current_password": PASSWORD}, headers=me)

    assert refusal(by_another) == (404, "passkey_unknown")
    assert refusal(without) == (422, "current_password_wrong")
    assert kept == ["Mon téléphone"]
    assert removed.status_code == 204
    assert identity.second_factors(me) == {"authenticator_app": None, "passkeys": [], "recovery_codes_left": 0}
    assert refusal(identity.sign_in_with(mine.sign(identity.ask_for_passkey()))) == (401, "passkey_refused")
    removal = {"account_id": 1, "kind": "passkey", "label": "Mon téléphone"}
    assert identity.events("identity.second_factor_removed.v1") == [removal]


def test_with_another_factor_left_the_recovery_codes_stay(
    identity: Identity, me: Headers, mine: SoftPasskey
) -> None:
    identity.add_app(me)

    identity.post(f"{PASSKEYS}/1/removal", {"current_password": PASSWORD}, headers=me)

    assert identity.second_factors(me)["recovery_codes_left"] == 10
