"""Another login e-mail: asked for with the password, confirmed from the new address, told to the old one (A-12)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.accounts import LOGIN_EMAILS_IN_AN_HOUR, AccountStatus
from services.identity.models.mail_pace import MAIL_INTERVAL
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    EMAIL,
    PASSWORD,
    Identity,
    an_account,
    faults,
    refusal,
)

pytestmark = pytest.mark.both_databases

NEW = "camille@nouveau.example"
HOUR = timedelta(minutes=60)
ASKED, LINK_ASKED = "identity.login_email_change_requested.v1", "identity.login_email_link_requested.v1"
TAKEN, CHANGED = "identity.login_email_taken.v1", "identity.login_email_changed.v1"
ACCOUNT_CHANGED = "identity.account_changed.v1"
NEW_PASSWORD = "une jument grise dans la vallée"


@pytest.fixture
def headers(identity: Identity) -> dict[str, str]:
    """Of a session of account 1."""
    identity.active_account()
    return identity.signed_in()


def test_until_it_is_confirmed_nothing_changes(identity: Identity, headers: dict[str, str]) -> None:
    assert identity.ask_for_login_email(headers, NEW).status_code == 202
    identity.login_email_link()

    assert identity.sign_in(NEW).status_code == 401
    assert identity.sign_in(EMAIL).status_code == 201
    assert (identity.me(headers)["login_email"], identity.me(headers)["awaited_login_email"]) == (EMAIL, NEW)
    assert ACCOUNT_CHANGED not in identity.event_names()


def test_asking_has_the_link_sent_to_the_new_address_and_a_notice_to_the_old_one(
    identity: Identity, headers: dict[str, str]
) -> None:
    identity.ask_for_login_email(headers, "Camille@Nouveau.Example")

    assert identity.events(LINK_ASKED) == [{"account_id": 1}]
    assert identity.events(ASKED) == [{"account_id": 1, "login_email": EMAIL}]
    assert identity.issue_login_email_link().get_json()["address"] == NEW
    assert identity.history()[-1] == "login_email_asked"


def test_a_confirmed_address_is_the_login_email_and_everybody_is_told(
    identity: Identity, headers: dict[str, str]
) -> None:
    identity.ask_for_login_email(headers, NEW)

    assert identity.confirm_login_email(identity.login_email_link()).status_code == 204

    assert identity.sign_in(EMAIL).status_code == 401
    assert identity.sign_in(NEW).status_code == 201
    assert identity.me(headers)["awaited_login_email"] is None
    assert identity.events(CHANGED) == [{"account_id": 1, "previous_login_email": EMAIL}]
    assert identity.events(ACCOUNT_CHANGED)[-1]["login_email"] == NEW
    assert identity.history()[-2:] == ["login_email_changed", "signed_in"]


def test_checking_a_link_shows_the_new_address_alone_and_consumes_nothing(
    identity: Identity, headers: dict[str, str]
) -> None:  # A-05, N-02
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    for _ in range(3):
        shown = identity.post("/login-emails/check", {"token": token})
        assert (shown.status_code, sorted(shown.get_json())) == (200, ["expires_at", "login_email"])
        assert shown.get_json()["login_email"] == NEW

    assert identity.confirm_login_email(token).status_code == 204


def test_a_link_holds_though_the_clocks_of_two_processes_differ(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)

    with time_machine.travel(now() + timedelta(minutes=5)):
        token = identity.login_email_link()

    assert identity.confirm_login_email(token).status_code == 204


def test_a_link_is_used_once(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    answers = all_at_once(4, lambda _: identity.confirm_login_email(token))

    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410]
    assert refusal(identity.confirm_login_email(token)) == (410, "login_email_link_used")
    assert len(identity.events(CHANGED)) == 1


def test_a_newer_wish_replaces_the_older(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)
    older = identity.login_email_link()

    identity.ask_for_login_email(headers, "encore@nouveau.example")
    newer = identity.login_email_link()

    assert refusal(identity.confirm_login_email(older)) == (410, "login_email_link_superseded")
    assert identity.confirm_login_email(newer).status_code == 204
    assert identity.me(headers)["login_email"] == "encore@nouveau.example"


def test_a_form_sent_twice_is_worth_one_mail(identity: Identity, headers: dict[str, str]) -> None:
    answers = [identity.ask_for_login_email(headers, NEW) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert len(identity.events(LINK_ASKED)) == 1
    with time_machine.travel(now() + MAIL_INTERVAL):
        identity.ask_for_login_email(identity.signed_in(), NEW)
    assert len(identity.events(LINK_ASKED)) == 2


@pytest.mark.parametrize("address", [EMAIL, EMAIL.upper(), " camille.moreau@EXEMPLE.FR "])
def test_the_address_that_one_has_is_no_other(identity: Identity, headers: dict[str, str], address: str) -> None:
    #
    answer = identity.ask_for_login_email(headers, address)

    assert (refusal(answer), faults(answer)) == (
        (422, "login_email_unchanged"),
        {"login_email": "login_email_unchanged"},
    )


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("camille", "not_an_email"),
        ("a@exemple.fr\r\nBcc: b@exemple.fr", "invalid_characters"),
        ("a\u202e@exemple.fr", "invalid_characters"),
    ],
)
def test_what_is_no_address_is_refused(identity: Identity, headers: dict[str, str], address: str, code: str) -> None:
    before = identity.kept()

    answer = identity.ask_for_login_email(headers, address)

    assert faults(answer) == {"login_email": code}
    assert identity.kept() == before


def test_an_address_that_looks_like_anothers_is_another(identity: Identity, headers: dict[str, str]) -> None:
    look_alike = EMAIL.replace("a", "\u0430", 1)  # a Cyrillic one

    identity.ask_for_login_email(headers, look_alike)

    assert identity.events(TAKEN) == []
    assert identity.issue_login_email_link().get_json()["address"] == look_alike
    identity.confirm_login_email(identity.login_email_link())
    assert identity.sign_in(EMAIL).status_code == 401
    assert identity.sign_in(look_alike).status_code == 201


@pytest.mark.parametrize("address", ["zoé@straße-é.example", "ZOE\u0301@STRASSE-É.EXAMPLE", "用户@例え.テスト"])
def test_international_addresses_are_confirmed_in_their_one_form(
    identity: Identity, headers: dict[str, str], address: str
) -> None:
    identity.ask_for_login_email(headers, address)

    assert identity.confirm_login_email(identity.login_email_link()).status_code == 204

    assert identity.sign_in(address).status_code == 201


def test_asking_for_an_address_that_is_taken_looks_the_same_and_its_holder_is_written_to(
    identity: Identity, headers: dict[str, str]
) -> None:
    holder = identity.active_account(login_email="titulaire@exemple.fr")
    free, taken = (identity.ask_for_login_email(headers, address) for address in (NEW, "titulaire@exemple.fr"))

    assert (free.status_code, free.text, sorted(free.headers.keys())) == (
        taken.status_code,
        taken.text,
        sorted(taken.headers.keys()),
    )
    assert identity.events(TAKEN) == [{"account_id": holder}]
    assert identity.events(ASKED) == [{"account_id": 1, "login_email": EMAIL}] * 2
    assert identity.me(headers)["awaited_login_email"] == "titulaire@exemple.fr"


@pytest.mark.parametrize("status", AccountStatus)
def test_no_link_is_made_for_an_address_that_another_account_has(
    identity: Identity, headers: dict[str, str], status: AccountStatus
) -> None:
    identity.ask_for_login_email(headers, NEW)
    with identity.service.database.writing() as session:
        session.add(an_account(login_email=NEW, status=status))

    assert refusal(identity.issue_login_email_link()) == (409, "no_login_email_awaited")


def test_an_address_that_was_taken_while_the_link_was_on_its_way_is_refused_to_its_reader(
    identity: Identity, headers: dict[str, str]
) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()
    identity.sign_up(login_email=NEW)
    before = identity.kept()

    assert refusal(identity.confirm_login_email(token)) == (409, "login_email_taken")
    assert identity.kept() == before


def test_more_addresses_than_a_person_needs_are_refused(identity: Identity, headers: dict[str, str]) -> None:
    addresses = [f"essai-{number}@nouveau.example" for number in range(LOGIN_EMAILS_IN_AN_HOUR + 1)]

    answers = [identity.ask_for_login_email(headers, address) for address in addresses]

    assert [answer.status_code for answer in answers] == [202] * LOGIN_EMAILS_IN_AN_HOUR + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert len(identity.events(LINK_ASKED)) == LOGIN_EMAILS_IN_AN_HOUR
    with time_machine.travel(now() + HOUR):
        assert identity.ask_for_login_email(identity.signed_in(), NEW).status_code == 202


def test_the_holder_can_keep_the_address_after_all(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    assert identity.client.delete("/accounts/me/login-email", headers=headers).status_code == 204

    assert refusal(identity.confirm_login_email(token)) == (410, "login_email_link_superseded")
    assert refusal(identity.issue_login_email_link()) == (409, "no_login_email_awaited")
    again = identity.client.delete("/accounts/me/login-email", headers=headers)
    assert refusal(again) == (409, "no_login_email_awaited")
    assert identity.history()[-1] == "login_email_withdrawn"


def test_a_changed_password_withdraws_what_a_thief_may_have_asked_for(
    identity: Identity, headers: dict[str, str]
) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    identity.change_password(headers, NEW_PASSWORD)

    check = identity.post("/login-emails/check", {"token": token})
    assert refusal(check) == refusal(identity.confirm_login_email(token)) == (410, "login_email_link_superseded")
    assert identity.sign_in(EMAIL, NEW_PASSWORD).status_code == 201


def test_a_recovered_password_does_so_too(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    assert identity.recover(identity.recovery_link()).status_code == 204

    assert refusal(identity.confirm_login_email(token)) == (410, "login_email_link_superseded")


def test_a_deactivated_account_gets_no_new_address(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    identity.deactivate(headers)

    assert refusal(identity.confirm_login_email(token)) == (409, "account_not_active")
    assert refusal(identity.issue_login_email_link()) == (409, "no_login_email_awaited")


def test_a_recovery_link_that_went_to_the_old_address_counts_no_more(
    identity: Identity, headers: dict[str, str]
) -> None:
    recovery = identity.recovery_link()
    identity.ask_for_login_email(headers, NEW)

    identity.confirm_login_email(identity.login_email_link())

    assert refusal(identity.check_recovery(recovery)) == (410, "recovery_link_superseded")


def test_only_the_notifier_gets_links(identity: Identity, headers: dict[str, str]) -> None:
    identity.ask_for_login_email(headers, NEW)
    body = {"account_id": 1}

    assert refusal(identity.post("/internal/login-email-links", body)) == (401, "unauthenticated")
    for stranger in (headers, identity.own_service_headers("espaces")):
        assert refusal(identity.post("/internal/login-email-links", body, headers=stranger)) == (403, "forbidden")


def test_no_event_tells_the_new_address_before_it_is_confirmed_nor_the_token(
    identity: Identity, headers: dict[str, str]
) -> None:
    identity.ask_for_login_email(headers, NEW)
    token = identity.login_email_link()

    assert NEW not in str(identity.events())
    assert token not in str(identity.kept())
    assert PASSWORD not in str(identity.kept())
