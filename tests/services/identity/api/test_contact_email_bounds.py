"""Confirmation mails of contact e-mails make nobody's megaphone, whatever is combined (A-16)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.contact_emails import MAILS_BY_AN_ACCOUNT_A_DAY
from services.identity.models.mail_pace import MAIL_INTERVAL, MAILS_TO_AN_ADDRESS
from tests.kit.together import all_at_once
from tests.services.identity.builders import EMAIL, Headers, Identity, an_address, refusal

pytestmark = pytest.mark.both_databases

NEW, OTHER = "contact@nouveau.example", "encore@nouveau.example"
DAY = timedelta(days=1)
LINK_ASKED = "identity.contact_email_link_requested.v1"


@pytest.fixture
def headers(identity: Identity) -> Headers:
    """Of a session of account 1, whose contact e-mail is its login e-mail."""
    identity.active_account(contact_email=EMAIL)
    return identity.signed_in()


def test_a_mail_of_an_earlier_request_gets_no_link_to_the_later_address(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)  # mails that wait together would all go to the last address
    identity.change(headers, contact_email=OTHER)

    assert refusal(identity.issue_contact_email_link(request=1)) == (409, "no_contact_email_awaited")
    assert identity.issue_contact_email_link(request=2).get_json()["address"] == OTHER


def test_changes_at_once_from_one_page_cause_one_mail(identity: Identity, headers: Headers) -> None:  # A-16, H3
    seen = identity.me(headers)["version"]

    answers = all_at_once(
        4, lambda number: identity.change(headers, version=seen, contact_email=f"essai-{number}@nouveau.example")
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(identity.events(LINK_ASKED)) == 1


def test_mails_asked_for_at_once_are_one(identity: Identity, headers: Headers) -> None:  # A-16, H3
    identity.change(headers, contact_email=NEW)
    with time_machine.travel(now() + MAIL_INTERVAL):
        later = identity.signed_in()
        answers = all_at_once(4, lambda _: identity.ask_contact_email_again(later))

    assert sorted(answer.status_code for answer in answers) == [202, 429, 429, 429]


def test_an_account_causes_few_confirmation_mails_a_day_whatever_it_combines(
    identity: Identity, headers: Headers
) -> None:  # A-16, H3
    answers = []
    for number in range(MAILS_BY_AN_ACCOUNT_A_DAY + 1):
        answers.append(identity.change(headers, contact_email=f"essai-{number}@nouveau.example"))
        identity.withdraw_contact_email(headers)

    assert [answer.status_code for answer in answers] == [200] * MAILS_BY_AN_ACCOUNT_A_DAY + [429]
    assert refusal(answers[-1]) == (429, "contact_email_asked_too_often")
    assert 86000 < int(answers[-1].headers["Retry-After"]) <= 86400
    assert len(identity.events(LINK_ASKED)) == MAILS_BY_AN_ACCOUNT_A_DAY
    with time_machine.travel(now() + DAY):
        assert identity.change(identity.signed_in(), contact_email=NEW).status_code == 200


@pytest.mark.parametrize("spelling", [NEW, "CONTACT@NOUVEAU.example", "contact@Nouveau.Example"])
def test_an_address_gets_few_confirmation_mails_a_day_whoever_asks(identity: Identity, spelling: str) -> None:
    for _ in range(MAILS_TO_AN_ADDRESS.most):  # A-16, H3
        identity.active_account(login_email=an_address(), contact_email=NEW)
    identity.active_account(contact_email=EMAIL)
    headers, before = identity.signed_in(), identity.kept()

    refused = identity.change(headers, contact_email=spelling)

    assert refusal(refused) == (429, "address_written_too_often")
    assert identity.kept() == before
    assert identity.change(headers, contact_email=OTHER).status_code == 200


def test_accounts_that_ask_at_once_do_not_get_round_the_bound_of_an_address(identity: Identity) -> None:  # H3
    people = [an_address() for _ in range(MAILS_TO_AN_ADDRESS.most + 2)]
    for person in people:
        identity.active_account(login_email=person, contact_email=person)
    sessions = [identity.signed_in(person) for person in people]

    answers = all_at_once(len(people), lambda number: identity.change(sessions[number], contact_email=NEW))

    assert sorted(answer.status_code for answer in answers) == [200] * MAILS_TO_AN_ADDRESS.most + [429] * 2


@pytest.mark.parametrize("is_taken", [False, True])
def test_an_address_wanted_as_login_email_is_written_to_as_seldom(identity: Identity, is_taken: bool) -> None:
    if is_taken:  # H3
        identity.active_account(login_email=NEW, contact_email=NEW)
    people = [an_address() for _ in range(MAILS_TO_AN_ADDRESS.most + 1)]
    for person in people:
        identity.active_account(login_email=person, contact_email=person)

    answers = [identity.ask_for_login_email(identity.signed_in(person), NEW) for person in people]

    assert [answer.status_code for answer in answers] == [202] * MAILS_TO_AN_ADDRESS.most + [429]
    assert refusal(answers[-1]) == (429, "address_written_too_often")


def test_asking_again_counts_for_the_address_too(identity: Identity, headers: Headers) -> None:  # A-16, H3
    identity.change(headers, contact_email=NEW)
    answers = []
    for number in range(1, 4):
        with time_machine.travel(now() + number * MAIL_INTERVAL):
            answers.append(identity.ask_contact_email_again(identity.signed_in()))

    assert [answer.status_code for answer in answers] == [202, 202, 429]


def test_a_refused_change_costs_the_address_nothing(identity: Identity, headers: Headers) -> None:
    for _ in range(MAILS_TO_AN_ADDRESS.most + 1):
        stale = identity.change(headers, version=99, contact_email=NEW)
        assert refusal(stale) == (409, "account_changed_meanwhile")

    assert identity.change(headers, contact_email=NEW).status_code == 200


def test_a_sign_up_sends_nothing_to_a_third_address_before_its_activation(identity: Identity) -> None:  # A-16, H3
    identity.sign_up(contact_email=NEW)
    assert identity.events(LINK_ASKED) == []
    assert refusal(identity.issue_contact_email_link()) == (409, "no_contact_email_awaited")

    identity.activate(identity.link())

    assert identity.events(LINK_ASKED) == [{"account_id": 1, "request": 1}]
    assert NEW not in str(identity.events())
    assert identity.confirm_contact_email(identity.contact_email_link()).status_code == 204
    assert identity.me(identity.signed_in())["contact_email"] == NEW


def test_an_activation_is_not_refused_for_an_address_that_was_written_to_too_often(identity: Identity) -> None:
    for _ in range(MAILS_TO_AN_ADDRESS.most + 1):  # A-16, H3
        identity.active_account(login_email=an_address(), contact_email=NEW)

    assert len(identity.events(LINK_ASKED)) == MAILS_TO_AN_ADDRESS.most
