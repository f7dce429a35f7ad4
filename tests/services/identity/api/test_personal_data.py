"""A-15: a copy of one's own data, and the end of an account."""

from typing import Any

import pytest
from sqlalchemy import select

from chassis.events.erased_subjects import ErasedSubjectRow
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.activation_links import ActivationLink
from services.identity.models.challenges import PasskeyChallenge, SecondStep
from services.identity.models.contact_email_links import ContactEmailLink
from services.identity.models.history import HistoryEntry
from services.identity.models.second_factors import AuthenticatorApp, Passkey, RecoveryCode
from services.identity.models.sessions import AccountSession
from services.identity.models.tries import SECOND_FACTORS
from tests.kit.databases import everything_in
from tests.services.identity.authenticators import SoftPasskey
from tests.services.identity.builders import EMAIL, PASSWORD, Headers, Identity, bearer, faults, refusal

pytestmark = pytest.mark.both_databases

OTHER = "jeanne.morel@exemple.fr"
OWN = {
    "login_email": EMAIL,
    "contact_email": "zebulon@contact.exemple.fr",
    "last_name": "Zébulonne",
    "first_name": "Quasimodine",
    "street": "77 rue du Perlimpinpin",
    "postcode": "Z9 9ZZ",
    "town": "Trifouillis-les-Oies",
}
DID = ["signed_up", "activated", "contact_email_asked", "signed_in"]
QUESTION = "Le nom de mon premier tracteur ?"
DEVICE, ADDRESS = "Netscape Navigator 4.0 en bois", "203.0.113.77"


@pytest.fixture
def person(identity: Identity) -> Headers:
    """Signed in to the first account; the headers of their calls."""
    identity.active_account(**OWN)
    come_from: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": ADDRESS}, "headers": {"User-Agent": DEVICE}}
    return bearer(identity.sign_in(**come_from))


def erase(identity: Identity, person: Headers, **changes: Any) -> Any:
    return identity.post("/personal-data/erasure", {"current_password": PASSWORD, **changes}, headers=person)


def kept(identity: Identity, model: Any, account_id: int = 1) -> list[Any]:
    with identity.service.database.reading() as session:
        rows = select(model).where(model.account_id == account_id).order_by(*model.__table__.primary_key)
        return list(session.scalars(rows))


def test_a_stranger_gets_and_erases_nothing(identity: Identity, person: Headers) -> None:
    before = everything_in(identity.service.database)

    assert refusal(identity.client.get("/personal-data")) == (401, "unauthenticated")
    assert refusal(erase(identity, {})) == (401, "unauthenticated")
    assert everything_in(identity.service.database) == before


def test_a_service_has_no_personal_data(identity: Identity) -> None:
    headers = identity.own_service_headers("notifier")

    assert refusal(identity.client.get("/personal-data", headers=headers)) == (403, "forbidden")
    assert refusal(erase(identity, headers)) == (403, "forbidden")


def test_with_a_wrong_password_nothing_is_erased(identity: Identity, person: Headers) -> None:
    before = identity.kept()

    answer = erase(identity, person, current_password="not the password at all")

    assert refusal(answer) == (422, "current_password_wrong")
    assert faults(answer) == {"current_password": "current_password_wrong"}
    assert identity.kept() == before
    assert identity.history()[-1] == "current_password_wrong"


@pytest.mark.parametrize("body", [{}, {"current_password": ""}, {"current_password": PASSWORD, "account_id": 2}])
def test_a_request_that_is_not_complete_erases_nothing(
    identity: Identity, person: Headers, body: dict[str, Any]
) -> None:
    answer = identity.post("/personal-data/erasure", body, headers=person)

    assert refusal(answer) == (422, "invalid_input")
    assert identity.events("identity.account_erased.v1") == []


def test_a_second_factor_is_asked_for_where_there_is_one(identity: Identity, person: Headers) -> None:
    identity.add_app(person)
    before = identity.kept()

    missing = erase(identity, person)

    assert refusal(missing) == (422, "second_factor_needed")
    assert faults(missing) == {"code": "second_factor_needed"}
    assert identity.kept() == before


def test_a_wrong_second_factor_erases_nothing_and_is_counted(identity: Identity, person: Headers) -> None:
    identity.add_app(person)

    answers = [refusal(erase(identity, person, code="000000")) for _ in range(SECOND_FACTORS.most + 1)]

    assert answers == [(401, "second_factor_wrong")] * SECOND_FACTORS.most + [(429, "too_many_wrong_second_factors")]
    assert identity.events("identity.account_erased.v1") == []
    assert identity.events("identity.second_factor_guessed_at.v1") == [{"account_id": 1}]


def test_the_second_factors_go_with_the_account(identity: Identity, person: Headers) -> None:
    _, codes = identity.add_app(person)
    identity.register_passkey(person, SoftPasskey().register(identity.ask_for_new_passkey(person)))

    assert erase(identity, person, recovery_code=codes[0]).status_code == 204

    kept_for_factors = (AuthenticatorApp, Passkey, PasskeyChallenge, RecoveryCode, SecondStep)
    assert [kept(identity, each) for each in kept_for_factors] == [[], [], [], [], []]


def test_an_account_is_erased_once(identity: Identity, person: Headers) -> None:
    assert erase(identity, person).status_code == 204

    assert refusal(erase(identity, person)) == (401, "unauthenticated")
    assert identity.events("identity.account_erased.v1") == [{"account_id": 1}]


def test_nothing_is_left_of_the_person_in_any_row(identity: Identity, person: Headers) -> None:
    secrets = [*OWN.values(), QUESTION, DEVICE, ADDRESS, "127.0.0.1"]
    before = everything_in(identity.service.database)
    assert [text for text in secrets if text not in before] == []

    erase(identity, person)

    after = everything_in(identity.service.database)
    assert [text for text in secrets if text in after] == []
    assert "argon2" not in after


def test_the_number_stays_with_what_happened_to_it_and_when(identity: Identity, person: Headers) -> None:
    erase(identity, person)

    with identity.service.database.reading() as session:
        account = session.get_one(Account, 1)
        assert session.scalars(select(ErasedSubjectRow.subject)).all() == [1]
    assert account.status is AccountStatus.ERASED
    happened = [(entry.what, entry.address, entry.device) for entry in kept(identity, HistoryEntry)]
    assert happened == [(what, "", "") for what in (*DID, "erased")]


def test_sessions_and_links_are_gone(identity: Identity, person: Headers) -> None:
    refresh = identity.sign_in().get_json()["refresh_token"]
    contact = identity.contact_email_link()

    erase(identity, person)

    assert refusal(identity.refresh(refresh)) == (401, "session_ended")
    assert refusal(identity.client.get("/accounts/me", headers=person)) == (401, "unauthenticated")
    assert refusal(identity.issue_link(1)) == (409, "account_already_active")
    assert (kept(identity, AccountSession), kept(identity, ActivationLink)) == ([], [])
    assert (len(contact), kept(identity, ContactEmailLink)) == (43, [])
    assert refusal(identity.confirm_contact_email(contact)) == (404, "contact_email_link_unknown")


def test_nobody_signs_in_to_it_or_gets_a_mail_for_it(identity: Identity, person: Headers) -> None:
    erase(identity, person)
    before = identity.event_names()

    assert refusal(identity.sign_in()) == (401, "wrong_credentials")
    assert identity.resend().status_code == 202
    assert refusal(identity.sign_in("1@erased.invalid")) in ((401, "wrong_credentials"), (422, "invalid_input"))
    assert identity.event_names() == before


def test_the_address_is_free_for_another_account(identity: Identity, person: Headers) -> None:
    erase(identity, person)

    again = identity.active_account(**OWN)

    assert again == 2
    assert identity.sign_in().status_code == 201


def test_nobody_can_sign_up_in_the_place_of_an_erased_account(identity: Identity, person: Headers) -> None:
    erase(identity, person)

    answer = identity.sign_up(login_email="1@erased.invalid")

    assert faults(answer) == {"login_email": "not_an_email"}


def test_another_account_stays_as_it_is(identity: Identity, person: Headers) -> None:
    identity.active_account(login_email=OTHER)
    other = bearer(identity.sign_in(OTHER))
    before = identity.client.get("/personal-data", headers=other).get_json()

    erase(identity, person)

    assert identity.client.get("/personal-data", headers=other).get_json() == before
    registered = identity.events("identity.account_registered.v1")
    assert [payload["login_email"] for payload in registered] == ["", OTHER]


def test_the_copy_has_everything_that_the_person_gave_and_did(identity: Identity, person: Headers) -> None:
    answer = identity.client.get("/personal-data", headers=person)

    assert answer.headers["Cache-Control"] == "no-store"
    copy = answer.get_json()
    shown = OWN | {"contact_email": EMAIL, "awaited_contact_email": OWN["contact_email"]}
    assert copy["account"] | shown == copy["account"]
    assert copy["account"]["secret_question"] == QUESTION
    assert [(each["device"], each["address"]) for each in copy["sessions"]] == [(DEVICE, ADDRESS)]
    assert [each["what"] for each in copy["history"]] == DID
    (link,) = copy["activation_links"]
    assert link["used_at"] is not None


def test_the_copy_has_the_links_that_went_to_an_awaited_contact_email(identity: Identity, person: Headers) -> None:
    identity.contact_email_link()

    (link,) = identity.client.get("/personal-data", headers=person).get_json()["contact_email_links"]

    assert (link["contact_email"], link["used_at"]) == (OWN["contact_email"], None)


def test_the_copy_has_no_hash_and_nothing_of_others(identity: Identity, person: Headers) -> None:
    identity.active_account(login_email=OTHER)
    identity.sign_in(OTHER)

    text = identity.client.get("/personal-data", headers=person).get_data(as_text=True)

    assert OTHER not in text
    assert "hash" not in text
    assert "argon2" not in text
    assert "token" not in text
