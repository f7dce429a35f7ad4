"""A contact e-mail receives notices once its reader confirms it; until then those go where they went (A-16)."""

from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.mail_pace import MAIL_INTERVAL
from services.identity.queries import account_search
from tests.kit.together import all_at_once
from tests.services.identity.builders import (
    EMAIL,
    PASSWORD,
    Headers,
    Identity,
    a_link,
    an_account,
    refusal,
)

pytestmark = pytest.mark.both_databases

NEW, OTHER = "contact@nouveau.example", "encore@nouveau.example"
NEW_PASSWORD = "une jument grise dans la vallée"
DAY = timedelta(days=1)
LINK_ASKED, ASKED = "identity.contact_email_link_requested.v1", "identity.contact_email_change_requested.v1"
CHANGED, ACCOUNT_CHANGED = "identity.contact_email_changed.v1", "identity.account_changed.v1"


@pytest.fixture
def headers(identity: Identity) -> Headers:
    """Of a session of account 1, whose contact e-mail is its login e-mail."""
    identity.active_account(contact_email=EMAIL)
    return identity.signed_in()


def addresses(identity: Identity, headers: Headers) -> tuple[str, str | None]:
    me = identity.me(headers)
    return me["contact_email"], me["awaited_contact_email"]


def test_until_it_is_confirmed_notices_go_where_they_went(identity: Identity, headers: Headers) -> None:
    answer = identity.change(headers, contact_email=NEW)

    assert answer.status_code == 200
    assert addresses(identity, headers) == (EMAIL, NEW)
    assert answer.get_json() == identity.me(headers)
    assert identity.events(ACCOUNT_CHANGED) == []
    assert identity.events(LINK_ASKED) == [{"account_id": 1, "request": 1}]
    assert identity.events(ASKED) == [{"account_id": 1, "contact_email": EMAIL}]
    assert identity.issue_contact_email_link().get_json()["address"] == NEW
    assert identity.history()[-1] == "contact_email_asked"


def test_a_confirmed_address_receives_the_notices_and_the_old_one_is_told(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)

    assert identity.confirm_contact_email(identity.contact_email_link()).status_code == 204

    assert addresses(identity, headers) == (NEW, None)
    assert identity.events(CHANGED) == [{"account_id": 1, "previous_contact_email": EMAIL}]
    assert identity.events(ACCOUNT_CHANGED)[-1]["contact_email"] == NEW
    assert identity.history()[-1] == "contact_email_changed"


def test_no_event_tells_an_address_before_it_is_confirmed_nor_the_token(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW, last_name="Petit")
    token = identity.contact_email_link()

    assert NEW not in str(identity.events())
    assert token not in str(identity.kept())


def test_the_link_shows_the_address_alone_and_needs_nobody_signed_in(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)  # N-02

    shown = identity.check_contact_email(identity.contact_email_link())

    assert (shown.status_code, sorted(shown.get_json())) == (200, ["contact_email", "expires_at"])
    assert shown.headers["Cache-Control"] == "no-store"


def test_of_confirmations_at_once_one_counts(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    token = identity.contact_email_link()

    answers = all_at_once(4, lambda _: identity.confirm_contact_email(token))

    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410]
    assert len(identity.events(CHANGED)) == 1


def test_a_later_change_replaces_an_earlier_one_whose_link_dies(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    earlier = identity.contact_email_link()

    identity.change(headers, contact_email=OTHER)

    assert refusal(identity.check_contact_email(earlier)) == (410, "contact_email_link_superseded")
    assert refusal(identity.confirm_contact_email(earlier)) == (410, "contact_email_link_superseded")
    assert identity.confirm_contact_email(identity.contact_email_link()).status_code == 204
    assert addresses(identity, headers) == (OTHER, None)


@pytest.mark.parametrize("typed", [EMAIL, "Camille.Moreau@EXEMPLE.fr", " camille.moreau@exemple.fr "])
def test_a_change_back_withdraws_what_was_awaited_without_a_password(
    identity: Identity, headers: Headers, typed: str
) -> None:
    identity.change(headers, contact_email=NEW)
    link = identity.contact_email_link()

    password = {"current_password": PASSWORD if typed.strip() != EMAIL else None}
    assert identity.change(headers, contact_email=typed, **password).status_code == 200

    assert identity.me(headers)["awaited_contact_email"] is None
    assert refusal(identity.confirm_contact_email(link)) == (410, "contact_email_link_superseded")
    assert refusal(identity.issue_contact_email_link()) == (409, "no_contact_email_awaited")


def test_the_login_email_is_proved_already(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    identity.confirm_contact_email(identity.contact_email_link())

    without = identity.change(headers, contact_email=EMAIL, current_password=None)
    answer = identity.change(headers, contact_email=EMAIL)

    assert refusal(without) == (422, "current_password_needed")
    assert (answer.get_json()["contact_email"], answer.get_json()["awaited_contact_email"]) == (EMAIL, None)
    assert identity.events(CHANGED)[-1] == {"account_id": 1, "previous_contact_email": NEW}
    assert len(identity.events(LINK_ASKED)) == 1


def test_the_holder_can_keep_the_address_after_all(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    link, seen = identity.contact_email_link(), identity.me(headers)["version"]

    assert identity.withdraw_contact_email(headers).status_code == 204

    assert addresses(identity, headers) == (EMAIL, None)
    assert refusal(identity.confirm_contact_email(link)) == (410, "contact_email_link_superseded")
    assert refusal(identity.withdraw_contact_email(headers)) == (409, "no_contact_email_awaited")
    assert refusal(identity.change(headers, version=seen, contact_email=NEW)) == (409, "account_changed_meanwhile")
    assert identity.history()[-1] == "contact_email_withdrawn"


def test_a_form_sent_twice_is_worth_one_mail(identity: Identity, headers: Headers) -> None:
    seen = identity.me(headers)["version"]

    answers = [identity.change(headers, version=seen, contact_email=NEW) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(identity.events(LINK_ASKED)) == len(identity.events(ASKED)) == 1


def test_another_name_leaves_what_is_awaited(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    link = identity.contact_email_link()

    identity.change(headers, last_name="Petit")
    identity.change(headers, first_name="Dominique", contact_email=NEW, current_password=None)

    assert len(identity.events(LINK_ASKED)) == 1
    assert identity.confirm_contact_email(link).status_code == 204


def test_the_mail_can_be_asked_for_again_in_a_while(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    first = identity.contact_email_link()

    too_soon = identity.ask_contact_email_again(headers)
    with time_machine.travel(now() + MAIL_INTERVAL):
        again = identity.ask_contact_email_again(identity.signed_in())

    assert refusal(too_soon) == (429, "mail_asked_too_soon")
    assert 0 < int(too_soon.headers["Retry-After"]) <= 300
    assert again.status_code == 202
    assert identity.events(LINK_ASKED)[-1] == {"account_id": 1, "request": 2}
    assert len(identity.events(ASKED)) == 1
    newer = identity.contact_email_link()
    assert refusal(identity.confirm_contact_email(first)) == (410, "contact_email_link_superseded")
    assert identity.confirm_contact_email(newer).status_code == 204


def test_nothing_is_sent_again_where_nothing_is_awaited(identity: Identity, headers: Headers) -> None:
    assert refusal(identity.ask_contact_email_again(headers)) == (409, "no_contact_email_awaited")


@pytest.mark.parametrize("contact", ["", EMAIL, "Camille.Moreau@EXEMPLE.FR", "\u200bcamille.moreau@exemple.fr"])
def test_activation_proves_a_contact_email_that_is_the_login_email(identity: Identity, contact: str) -> None:
    identity.active_account(contact_email=contact)

    contact_email, awaited = addresses(identity, identity.signed_in())

    assert (contact_email.lower(), awaited) == (EMAIL, None)
    assert identity.events(LINK_ASKED) == []


def test_of_several_sign_ups_the_last_says_which_address_is_asked(identity: Identity) -> None:
    identity.sign_up(contact_email="etranger@ailleurs.example")
    identity.sign_up(contact_email=NEW)

    identity.activate(identity.link())

    assert identity.issue_contact_email_link().get_json()["address"] == NEW
    assert "ailleurs" not in str(identity.kept())


def test_an_account_that_an_earlier_version_registered_puts_its_contact_email_aside(identity: Identity) -> None:
    with identity.service.database.writing() as session:
        session.add(an_account(id=1, contact_email=NEW))
        session.flush()
        session.add(a_link(account_id=1))

    identity.activate(identity.link())

    assert addresses(identity, identity.signed_in()) == (EMAIL, NEW)
    assert identity.events(ACCOUNT_CHANGED)[-1]["contact_email"] == EMAIL
    assert identity.issue_contact_email_link().get_json()["address"] == NEW


def test_a_contact_email_that_was_there_before_stays_in_force(identity: Identity, headers: Headers) -> None:
    with identity.service.database.writing() as session:
        session.get_one(Account, 1).contact_email = "avant@exemple.fr"

    assert identity.change(headers, last_name="Petit", contact_email="avant@exemple.fr").status_code == 200

    assert addresses(identity, headers) == ("avant@exemple.fr", None)


def test_a_login_email_that_is_the_awaited_contact_email_proves_it(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    link = identity.contact_email_link()
    identity.ask_for_login_email(headers, NEW.upper())

    identity.confirm_login_email(identity.login_email_link())

    assert addresses(identity, headers) == (NEW, None)
    assert identity.events(CHANGED) == [{"account_id": 1, "previous_contact_email": EMAIL}]
    assert identity.events(ACCOUNT_CHANGED)[-1]["contact_email"] == NEW
    assert refusal(identity.confirm_contact_email(link)) == (410, "contact_email_link_superseded")


def test_another_login_email_leaves_what_is_awaited(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    identity.ask_for_login_email(headers, OTHER)

    identity.confirm_login_email(identity.login_email_link())

    assert addresses(identity, headers) == (EMAIL, NEW)


def test_a_changed_password_withdraws_what_a_thief_may_have_asked_for(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    link = identity.contact_email_link()

    identity.change_password(headers, NEW_PASSWORD)

    assert refusal(identity.confirm_contact_email(link)) == (410, "contact_email_link_superseded")
    assert addresses(identity, headers) == (EMAIL, None)


def test_a_deactivated_account_confirms_nothing_and_awaits_nothing(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    link = identity.contact_email_link()

    identity.deactivate(headers)

    assert refusal(identity.confirm_contact_email(link)) == (409, "account_not_active")
    assert refusal(identity.issue_contact_email_link()) == (409, "no_contact_email_awaited")


@pytest.mark.parametrize("status", [AccountStatus.PENDING, AccountStatus.DEACTIVATED, AccountStatus.ERASED])
def test_only_an_active_account_gets_a_link(identity: Identity, headers: Headers, status: AccountStatus) -> None:
    identity.change(headers, contact_email=NEW)
    with identity.service.database.writing() as session:
        session.get_one(Account, 1).status = status

    assert refusal(identity.issue_contact_email_link()) == (409, "no_contact_email_awaited")


def test_a_token_that_outlives_its_session_changes_nothing(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    identity.client.delete("/sessions/current", headers=headers)
    before = identity.kept()

    answers = [identity.ask_contact_email_again(headers), identity.withdraw_contact_email(headers)]

    assert {refusal(answer) for answer in answers} == {(401, "unauthenticated")}
    assert identity.kept() == before


def test_only_the_notifier_gets_links(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)
    body = {"account_id": 1, "request": 1}

    assert refusal(identity.post("/internal/contact-email-links", body)) == (401, "unauthenticated")
    for stranger in (headers, identity.own_service_headers("espaces")):
        assert refusal(identity.post("/internal/contact-email-links", body, headers=stranger)) == (403, "forbidden")


def test_operators_find_an_account_by_the_address_that_it_awaits(identity: Identity, headers: Headers) -> None:
    identity.change(headers, contact_email=NEW)

    with identity.service.database.reading() as session:
        page = account_search.search(session, {"email": "Contact@nouveau", "after": None, "limit": 10})

    assert [found.awaited_contact_email for found in page.items] == [NEW]


def test_the_password_must_not_be_the_awaited_address(identity: Identity) -> None:
    identity.sign_up(contact_email="personnelle-et-longue@exemple.fr")

    assert identity.activate(identity.link(), password="personnelle-et-longue").status_code == 422
