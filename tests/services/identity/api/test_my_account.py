"""Mon compte: details, password, secret question, deactivation (A-12)."""

from typing import Any

import pytest

from services.identity.models.accounts import Account
from services.identity.models.history import HistoryEntry
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    EMAIL,
    PASSWORD,
    Identity,
    bearer,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

NEW_PASSWORD = "une jument grise dans la vallée"
CHANGED = "identity.account_changed.v1"
QUESTION = {"secret_question": "Ma première moissonneuse ?", "secret_answer": "La rouge"}
WITH_PASSWORD = {
    "/accounts/me/password": {"password": NEW_PASSWORD},
    "/accounts/me/secret-question": QUESTION,
    "/accounts/me/login-email": {"login_email": "autre@exemple.fr"},
    "/accounts/me/deactivation": {},
}
"""What asks for the current password, and the rest of what each takes."""


@pytest.fixture
def headers(identity: Identity) -> dict[str, str]:
    """Of a session of account 1."""
    identity.active_account()
    return identity.signed_in()


@pytest.mark.parametrize("path", WITH_PASSWORD)
def test_what_matters_most_asks_for_the_current_password(
    identity: Identity, headers: dict[str, str], path: str
) -> None:  # A-12
    before = identity.kept()

    answer = identity.post(path, {"current_password": "not my password", **WITH_PASSWORD[path]}, headers=headers)

    assert refusal(answer) == (422, "current_password_wrong")
    assert faults(answer) == {"current_password": "current_password_wrong"}
    assert identity.kept() == before
    assert identity.history()[-1] == "current_password_wrong"


def test_passwords_tried_in_a_session_do_not_lock_the_holder_out(identity: Identity, headers: dict[str, str]) -> None:
    # A-11
    for number in range(11):
        identity.change_password(headers, NEW_PASSWORD, current=f"try {number}")

    assert identity.sign_in().status_code == 201


def test_a_lock_of_sign_in_does_not_keep_the_holder_from_changing_the_password(
    identity: Identity, headers: dict[str, str]
) -> None:  # A-11
    for number in range(11):
        identity.sign_in(password=f"try {number}")
    assert identity.sign_in().status_code == 401

    assert identity.change_password(headers, NEW_PASSWORD).status_code == 204


@pytest.mark.parametrize("path", WITH_PASSWORD)
def test_the_current_password_cannot_be_left_out(identity: Identity, headers: dict[str, str], path: str) -> None:
    answer = identity.post(path, WITH_PASSWORD[path], headers=headers)

    assert faults(answer) == {"current_password": "required"}


@pytest.mark.parametrize("path", WITH_PASSWORD)
def test_nothing_is_changed_without_a_token_or_in_the_name_of_a_service(identity: Identity, path: str) -> None:
    identity.active_account()
    body = {"current_password": PASSWORD, **WITH_PASSWORD[path]}

    assert refusal(identity.post(path, body)) == (401, "unauthenticated")
    assert refusal(identity.post(path, body, headers=identity.own_service_headers("notifier"))) == (403, "forbidden")


@pytest.mark.parametrize("path", WITH_PASSWORD)
def test_a_token_that_outlives_its_session_changes_nothing(
    identity: Identity, headers: dict[str, str], path: str
) -> None:  # A-13
    identity.client.delete("/sessions/current", headers=headers)
    before = identity.kept()

    answers = [
        identity.post(path, {"current_password": PASSWORD, **WITH_PASSWORD[path]}, headers=headers),
        identity.post(path, {"current_password": "not my password", **WITH_PASSWORD[path]}, headers=headers),
        identity.change(headers, town="Lyon", version=1),
    ]

    assert {refusal(answer) for answer in answers} == {(401, "unauthenticated")}
    assert identity.kept() == before


def test_details_change_and_are_told_to_the_other_services(identity: Identity, headers: dict[str, str]) -> None:
    # A-12
    answer = identity.change(headers, last_name="Moreau-Petit", town="Lyon")

    assert answer.status_code == 200
    assert identity.me(headers) == answer.get_json()
    assert (answer.get_json()["last_name"], answer.get_json()["town"]) == ("Moreau-Petit", "Lyon")
    assert identity.events(CHANGED) == [
        {
            "account_id": 1,
            "login_email": EMAIL,
            "contact_email": EMAIL,
            "last_name": "Moreau-Petit",
            "first_name": "Camille",
        }
    ]
    assert identity.history()[-1] == "details_changed"


def test_an_address_is_told_to_nobody(identity: Identity, headers: dict[str, str]) -> None:  # A-12
    told = identity.event_names()

    assert identity.change(headers, street="1 place du Foirail", town="Pau").status_code == 200

    assert identity.event_names() == told
    assert identity.history()[-1] == "details_changed"


def test_of_two_pages_that_save_the_second_is_told_and_undoes_nothing(
    identity: Identity, headers: dict[str, str]
) -> None:  # A-12
    seen_by_both = identity.me(headers)["version"]
    identity.change(headers, version=seen_by_both, last_name="Petit", town="Noisy-le-Grand")

    second = identity.change(headers, version=seen_by_both, last_name="Moreau", town="Lyon")

    assert refusal(second) == (409, "account_changed_meanwhile")
    assert (identity.me(headers)["last_name"], identity.me(headers)["town"]) == ("Petit", "Noisy-le-Grand")


def test_a_form_sent_twice_is_saved_once_and_refused_never(identity: Identity, headers: dict[str, str]) -> None:
    # A-12
    seen = identity.me(headers)["version"]

    answers = [identity.change(headers, version=seen, last_name="Petit") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(identity.events(CHANGED)) == 1
    assert identity.history().count("details_changed") == 1


def test_of_saves_at_once_one_counts_and_the_others_are_told(identity: Identity, headers: dict[str, str]) -> None:
    seen = identity.me(headers)["version"]  # A-12

    answers = all_at_once(4, lambda number: identity.change(headers, version=seen, town=f"Ville {number}"))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"last_name": ""}, {"last_name": "required"}),
        ({"last_name": None}, {"last_name": "required"}),
        ({"last_name": "M\r\nBcc: x@exemple.fr"}, {"last_name": "invalid_characters"}),
        ({"first_name": "\u202eellimaC"}, {"first_name": "invalid_characters"}),
        ({"first_name": "x" * 101}, {"first_name": "too_long"}),
        ({"contact_email": "a@exemple.fr\nBcc: b@exemple.fr"}, {"contact_email": "invalid_characters"}),
        ({"contact_email": ""}, {"contact_email": "too_short"}),
        ({"contact_email": "camille"}, {"contact_email": "not_an_email"}),
        ({"country": "France"}, {"country": "not_a_country"}),
        ({"login_email": "autre@exemple.fr"}, {"login_email": "unknown_field"}),
        ({"status": "DESACTIVE"}, {"status": "unknown_field"}),
        ({"account_id": 2}, {"account_id": "unknown_field"}),
    ],
)
def test_bad_details_are_named_and_nothing_is_saved(
    identity: Identity, headers: dict[str, str], change: dict[str, Any], expected: dict[str, str]
) -> None:  # A-12
    before = identity.kept()

    answer = identity.change(headers, **change)

    assert (answer.status_code, faults(answer)) == (422, expected)
    assert identity.kept() == before


@pytest.mark.parametrize("version", [None, 0, "1.5", True])
def test_the_version_must_be_told(identity: Identity, headers: dict[str, str], version: Any) -> None:
    body = {"town": "Lyon"} | ({"version": version} if version is not None else {})

    answer = identity.client.patch("/accounts/me", json=body, headers=headers)

    assert list(faults(answer)) == ["version"]


@pytest.mark.parametrize("name", ["𝒞amille 🐄", "Zoé-Anaïs d’Été", "ישראל", "\u200fישראל\u200f", "李"])
def test_names_of_every_script_are_kept(identity: Identity, headers: dict[str, str], name: str) -> None:  # A-12
    assert identity.change(headers, first_name=name).status_code == 200

    assert identity.me(headers)["first_name"] == name
    assert identity.events(CHANGED)[-1]["first_name"] == name


def test_a_token_changes_the_account_that_it_is_of_and_no_other(identity: Identity, headers: dict[str, str]) -> None:
    identity.active_account(login_email="autre@exemple.fr")
    other = identity.signed_in("autre@exemple.fr")
    before = identity.me(headers)

    identity.change(other, last_name="Autre")
    identity.change_password(other, NEW_PASSWORD)
    identity.deactivate(other, NEW_PASSWORD)

    assert identity.me(headers) == before
    assert identity.sign_in().status_code == 201


def test_a_changed_password_is_good_and_the_former_is_not(identity: Identity, headers: dict[str, str]) -> None:
    # A-08, A-12
    assert identity.change_password(headers, NEW_PASSWORD).status_code == 204

    assert identity.sign_in(password=PASSWORD).status_code == 401
    assert identity.sign_in(password=NEW_PASSWORD).status_code == 201
    assert identity.events("identity.password_changed.v1") == [{"account_id": 1}]
    assert "password_changed" in identity.history()


def test_a_changed_password_ends_every_other_session(identity: Identity) -> None:  # A-13
    identity.active_account()
    mine, other = identity.sign_in(), identity.sign_in()

    identity.change_password(bearer(mine), NEW_PASSWORD)

    assert refusal(identity.refresh(other.get_json()["refresh_token"])) == (401, "session_ended")
    assert identity.refresh(mine.get_json()["refresh_token"]).status_code == 201


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("qwerty123456", "password_too_common"),
        ("Camille MOREAU 93", "password_is_personal"),
    ],
)
def test_a_weak_password_is_refused(
    identity: Identity, headers: dict[str, str], password: str, code: str
) -> None:  # A-08
    before = identity.kept()

    answer = identity.change_password(headers, password)

    assert (refusal(answer), faults(answer)) == ((422, code), {"password": code})
    assert identity.kept() == before


def test_a_password_with_a_new_name_is_personal(identity: Identity, headers: dict[str, str]) -> None:  # A-08
    identity.change(headers, last_name="Vandenbroucke")

    assert refusal(identity.change_password(headers, "Vandenbroucke")) == (422, "password_is_personal")


def test_of_passwords_chosen_at_once_one_counts(identity: Identity, headers: dict[str, str]) -> None:  # A-12
    chosen = [f"a long password number {number}" for number in range(3)]

    answers = all_at_once(3, lambda number: identity.change_password(headers, chosen[number]))

    winner = [answer.status_code for answer in answers].index(204)
    assert sorted(answer.status_code for answer in answers) == [204, 422, 422]
    assert identity.sign_in(password=chosen[winner]).status_code == 201


def test_a_recovery_link_of_before_does_not_outlive_the_password(identity: Identity, headers: dict[str, str]) -> None:
    # A-09, A-12
    link = identity.recovery_link()

    identity.change_password(headers, NEW_PASSWORD)

    assert refusal(identity.check_recovery(link)) == (410, "recovery_link_superseded")


def test_the_secret_question_changes(identity: Identity, headers: dict[str, str]) -> None:  # A-09, A-12
    answer = identity.post("/accounts/me/secret-question", {"current_password": PASSWORD, **QUESTION}, headers=headers)

    assert answer.status_code == 204
    with identity.service.database.reading() as session:
        account = session.query(Account).one()
        assert account.secret_question == QUESTION["secret_question"]
        assert "rouge" not in str(account.secret_answer_hash)
    assert identity.events("identity.secret_question_changed.v1") == [{"account_id": 1}]
    assert identity.history()[-1] == "secret_question_changed"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"secret_answer": " a "}, {"secret_answer": "secret_answer_too_short"}),
        ({"secret_question": ""}, {"secret_question": "required"}),
    ],
)
def test_a_question_without_question_or_answer_is_refused(
    identity: Identity, headers: dict[str, str], change: dict[str, str], expected: dict[str, str]
) -> None:  # A-07, A-12
    before = identity.kept()

    body = {"current_password": PASSWORD, **QUESTION, **change}
    answer = identity.post("/accounts/me/secret-question", body, headers=headers)

    assert (answer.status_code, faults(answer)) == (422, expected)
    assert identity.kept() == before


def test_i_deactivate_my_account_and_am_out_everywhere(identity: Identity, headers: dict[str, str]) -> None:  # A-12
    refresh_token = identity.sign_in().get_json()["refresh_token"]

    assert identity.deactivate(headers).status_code == 204

    assert refusal(identity.refresh(refresh_token)) == (401, "session_ended")
    assert refusal(identity.sign_in()) == (401, "wrong_credentials")
    assert refusal(identity.client.get("/accounts/me", headers=headers)) == (401, "unauthenticated")
    assert refusal(identity.deactivate(headers)) == (401, "unauthenticated")
    assert identity.events("identity.account_deactivated.v1") == [{"account_id": 1}]
    assert identity.history()[-1] == "deactivated"


def test_each_change_remembers_from_where_it_came(identity: Identity, headers: dict[str, str]) -> None:
    seen = {"X-Forwarded-For": "203.0.113.9", "User-Agent": "a browser of mine"}

    identity.change(headers | seen, town="Lyon")

    with identity.service.database.reading() as session:
        last = session.query(HistoryEntry).order_by(HistoryEntry.id.desc()).limit(1).one()
    assert (last.what, last.address, last.device) == ("details_changed", "203.0.113.9", "a browser of mine")


def test_another_contact_e_mail_needs_the_current_password(active: Identity) -> None:  # A-16
    headers = bearer(active.sign_in())
    before = active.me(headers)

    without = active.change(headers, contact_email="autre@exemple.fr", current_password=None)
    wrong = active.change(headers, contact_email="autre@exemple.fr", current_password="pas le bon mot de passe")
    half = active.change(headers, last_name="Autre", contact_email="autre@exemple.fr", current_password=None)

    assert [refusal(one) for one in (without, wrong, half)] == [
        (422, "current_password_needed"),
        (422, "current_password_wrong"),
        (422, "current_password_needed"),
    ]
    assert active.me(headers) == before
    assert active.events("identity.contact_email_changed.v1") == []
    assert active.change(headers, contact_email="autre@exemple.fr").status_code == 200


def test_the_contact_e_mail_as_it_is_needs_no_password(active: Identity) -> None:  # A-12
    headers = bearer(active.sign_in())
    stored = active.me(headers)["contact_email"]

    answer = active.change(headers, last_name="Autre", contact_email=stored, current_password=None)

    assert answer.status_code == 200


def test_wrong_current_passwords_for_another_contact_e_mail_are_counted(active: Identity) -> None:  # A-11, A-16
    headers = bearer(active.sign_in())

    answers = [
        refusal(active.change(headers, contact_email="autre@exemple.fr", current_password=f"mot de passe {number}"))
        for number in range(10)
    ]

    assert answers == [(422, "current_password_wrong")] * 9 + [(401, "session_ended_by_guesses")]
