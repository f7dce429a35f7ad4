"""What operators do with the accounts of others, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.models.accounts import Account
from services.identity.models.history import Happening, by_command
from services.identity.use_cases import operators
from tests.kit import databases
from tests.services.identity.authenticators import SoftPasskey
from tests.services.identity.builders import EMAIL, PASSWORD, Identity, an_address, bearer, faults, refusal

pytestmark = pytest.mark.both_databases

OPERATOR = "operateur@guichet.example"
ROUTES = [
    ("GET", "/operator/accounts"),
    ("GET", "/operator/accounts/1"),
    ("GET", "/operator/accounts/1/history"),
    ("POST", "/operator/accounts/1/activation-mail"),
    ("POST", "/operator/accounts/1/deactivation"),
    ("POST", "/operator/accounts/1/reactivation"),
    ("POST", "/operator/accounts/1/second-factors-reset"),
]
ACTS = [path for method, path in ROUTES if method == "POST"]
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture
def operator(active: Identity) -> dict[str, str]:
    """The headers of account 2, an operator's; account 1 is anybody's."""
    active.active_account(login_email=OPERATOR, first_name="Odile", last_name="Opérante")
    with active.service.database.writing() as session:
        operators.add(session, OPERATOR, {}, by_command("operators add"))
    active.protect(OPERATOR)
    return signed_in(active, OPERATOR)


def signed_in(identity: Identity, address: str) -> dict[str, str]:
    return {**bearer(identity.sign_in_protected(address)), "User-Agent": CHROME, "X-Forwarded-For": "203.0.113.9"}


def ask(identity: Identity, path: str, headers: dict[str, str]) -> TestResponse:
    return identity.client.get(f"/operator/accounts{path}", headers=headers)


def act(identity: Identity, path: str, headers: dict[str, str]) -> TestResponse:
    return identity.client.post(f"/operator/accounts{path}", headers=headers)


def history(identity: Identity, headers: dict[str, str], account_id: int = 1) -> list[dict[str, Any]]:
    return list(ask(identity, f"/{account_id}/history", headers).get_json()["items"])


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_operators_come_in(active: Identity, method: str, path: str) -> None:
    callers = [{}, bearer(active.sign_in()), active.own_service_headers("notifier")]
    before = active.happenings()

    answers = [active.client.open(path, method=method, headers=headers) for headers in callers]

    assert [refusal(answer) for answer in answers] == [
        (401, "unauthenticated"),
        (403, "forbidden"),
        (403, "forbidden"),
    ]
    assert active.happenings() == before


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("account_id", [2, 3])
def test_an_operator_does_not_act_on_themselves_or_on_another(
    active: Identity, operator: dict[str, str], path: str, account_id: int
) -> None:
    with active.service.database.writing() as session:
        other = {"first_name": "Omar", "last_name": "Opérant"}
        operators.add(session, "autre@guichet.example", other, by_command("operators add"))
    before = active.happenings(2), active.happenings(3), active.event_names()

    answer = active.client.post(path.replace("/1/", f"/{account_id}/"), headers=operator)

    assert refusal(answer) == (403, "account_of_an_operator")
    assert (active.happenings(2), active.happenings(3), active.event_names()) == before


@pytest.mark.parametrize(("method", "path"), ROUTES[1:])
def test_an_account_that_is_none_is_told_as_such(
    active: Identity, operator: dict[str, str], method: str, path: str
) -> None:
    answer = active.client.open(path.replace("/1", "/99"), method=method, headers=operator)

    assert refusal(answer) == (404, "account_unknown")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("email=operateur@", [2]),
        (f"email={EMAIL.upper()}", [1]),
        ("email=contact@exemple", [3, 2, 1]),
        ("email=%25", []),
        ("name=odile", [2]),
        ("name=OPERANTE+Odile", [2]),
        ("name=op%C3%A9r", [2]),
        ("name=odile+moreau", []),
        ("name=%25", []),
        ("account_id=3", [3]),
        ("account_id=99", []),
        ("status=EN_ATTENTE_ACTIVATION", [3]),
        ("status=ACTIF&name=moreau", [1]),
        ("status=DESACTIVE", []),
    ],
)
def test_accounts_are_searched(active: Identity, operator: dict[str, str], query: str, found: list[int]) -> None:
    active.sign_up(login_email=an_address(), first_name="Paul")

    items = ask(active, f"?{query}", operator).get_json()["items"]

    assert [one["account_id"] for one in items] == found


def test_a_search_has_pages_and_names_what_is_wrong(active: Identity, operator: dict[str, str]) -> None:
    first = ask(active, "?limit=1", operator).get_json()
    second = ask(active, f"?limit=1&after={first['next']}", operator).get_json()

    assert [page["items"][0]["account_id"] for page in (first, second)] == [2, 1]
    assert second["next"] is None
    wrong = "?status=ACTIVE&account_id=x&password_hash=1"
    assert faults(ask(active, wrong, operator)) == {
        "status": "invalid",
        "account_id": "invalid",
        "password_hash": "unknown_field",
    }


def test_an_operators_search_leaves_a_trace_in_their_own_history_once_and_no_name_in_it(
    active: Identity, operator: dict[str, str]
) -> None:
    first = ask(active, "?name=moreau&limit=1", operator).get_json()
    ask(active, f"?name=moreau&limit=1&after={first['next'] or '1'}", operator)

    assert active.happenings(2).count(Happening.ACCOUNTS_SEARCHED) == 1
    assert Happening.ACCOUNTS_SEARCHED not in active.happenings(1)


def test_a_name_that_has_changed_is_found_by_the_new_one(active: Identity, operator: dict[str, str]) -> None:
    with active.service.database.writing() as session:
        session.get_one(Account, 1).last_name = "Lefèvre"

    assert [len(ask(active, f"?name={name}", operator).get_json()["items"]) for name in ("lefevre", "moreau")] == [1, 0]


def test_one_account_is_seen_without_what_operators_need_not_know(active: Identity, operator: dict[str, str]) -> None:
    answer = ask(active, "/1", operator)

    seen = answer.get_json()
    assert (seen["login_email"], seen["status"], seen["operator_since"]) == (EMAIL, "ACTIF", None)
    assert not {"street", "secret_question", "password_hash"} & seen.keys()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_look_is_in_the_history_once_an_hour(active: Identity, operator: dict[str, str]) -> None:
    start = now()
    for _ in range(2):
        ask(active, "/1", operator)
        ask(active, "/1/history", operator)
    assert active.happenings().count(Happening.LOOKED_AT) == 1

    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        again = signed_in(active, OPERATOR)
        newest = history(active, again)[0]

    assert active.happenings().count(Happening.LOOKED_AT) == 2
    assert (newest["what"], newest["done_by"], newest["by_operator"]) == ("looked_at", 2, True)
    assert (newest["address"], newest["device"]["browser"]) == ("203.0.113.9", "Chrome")


def test_the_holder_sees_that_an_operator_looked_and_not_which(active: Identity, operator: dict[str, str]) -> None:
    ask(active, "/1", operator)

    mine = active.client.get("/history", headers=bearer(active.sign_in())).get_json()["items"][1]

    assert (mine["what"], mine["by_operator"]) == ("looked_at", True)
    assert "done_by" not in mine


def test_an_account_is_deactivated_and_reactivated(active: Identity, operator: dict[str, str]) -> None:
    holder = active.sign_in()

    assert act(active, "/1/deactivation", operator).status_code == 204

    assert refusal(active.client.get("/accounts/me", headers=bearer(holder))) == (401, "unauthenticated")
    assert active.sign_in().status_code == 401
    assert refusal(act(active, "/1/deactivation", operator)) == (409, "account_not_active")

    assert act(active, "/1/reactivation", operator).status_code == 204

    assert active.sign_in().status_code == 201
    assert refusal(act(active, "/1/reactivation", operator)) == (409, "account_not_deactivated")
    done = [one for one in history(active, operator) if one["done_by"] == 2]
    assert [one["what"] for one in done] == ["looked_at", "reactivated", "deactivated"]
    assert active.event_names()[-2:] == ["identity.account_deactivated.v1", "identity.account_reactivated.v1"]


def test_the_activation_mail_is_sent_again_but_not_too_often(
    active: Identity, operator: dict[str, str]
) -> None:
    active.sign_up(login_email=an_address())

    early = act(active, "/3/activation-mail", operator)
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        sent = act(active, "/3/activation-mail", operator)

    assert refusal(early) == (429, "mail_asked_too_soon")
    assert sent.status_code == 204
    assert active.events("identity.activation_requested.v1") == [{"account_id": 3}]
    assert active.happenings(3)[0] is Happening.ACTIVATION_MAIL_SENT_AGAIN
    assert refusal(act(active, "/1/activation-mail", operator)) == (409, "account_already_active")


def adds_nothing(_: Identity) -> None:
    """A password and no more."""


def begins_an_app(identity: Identity) -> None:
    """Its first code never comes."""
    begun = identity.post(
        "/second-factors/authenticator-app", {"current_password": PASSWORD}, headers=identity.signed_in()
    )
    assert begun.status_code == 201, begun.text


def adds_an_app(identity: Identity) -> None:
    identity.protect()


def adds_a_passkey(identity: Identity) -> None:
    headers, passkey = identity.signed_in(), SoftPasskey()
    added = identity.register_passkey(headers, passkey.register(identity.ask_for_new_passkey(headers)))
    assert added.status_code == 201, added.text


@pytest.mark.parametrize(
    ("prepare", "has_one"), [(adds_nothing, False), (begins_an_app, False), (adds_an_app, True), (adds_a_passkey, True)]
)
def test_operators_see_whether_signing_in_takes_a_second_factor(
    active: Identity, operator: dict[str, str], prepare: Callable[[Identity], None], has_one: bool
) -> None:
    prepare(active)

    seen = ask(active, "/1", operator).get_json()
    found = ask(active, "", operator).get_json()["items"]

    assert seen["has_second_factor"] is has_one
    assert {one["account_id"]: one["has_second_factor"] for one in found} == {1: has_one, 2: True}
    assert ("second_factor_needed" in active.sign_in().get_json()) is has_one


def test_a_second_factor_that_was_reset_is_seen_no_more(active: Identity, operator: dict[str, str]) -> None:
    active.protect()

    assert act(active, "/1/second-factors-reset", operator).status_code == 204

    assert ask(active, "/1", operator).get_json()["has_second_factor"] is False


def test_a_search_takes_as_many_statements_for_one_account_as_for_several(
    active: Identity, operator: dict[str, str]
) -> None:
    def statements_for(limit: int) -> int:
        with databases.statements() as sent:
            items = ask(active, f"?limit={limit}", operator).get_json()["items"]
        assert len(items) == limit
        return len(sent)

    active.sign_up(login_email=an_address())

    assert statements_for(3) == statements_for(1)


def test_an_account_without_second_factor_has_none_to_reset(active: Identity, operator: dict[str, str]) -> None:
    assert refusal(act(active, "/1/second-factors-reset", operator)) == (409, "no_second_factor")


def test_whoever_is_no_operator_any_more_is_refused_at_once(active: Identity, operator: dict[str, str]) -> None:
    with active.service.database.writing() as session:
        operators.remove(session, 2, by_command("operators remove"))

    assert refusal(ask(active, "", operator)) == (401, "unauthenticated")
    assert refusal(ask(active, "", signed_in(active, OPERATOR))) == (403, "forbidden")
    assert active.events("identity.operator_removed.v1") == [{"account_id": 2}]


def test_the_role_waits_for_a_second_factor(active: Identity) -> None:
    """Whoever has found out a password has not found the accounts of everybody."""
    with active.service.database.writing() as session:
        operators.add(session, EMAIL, {}, by_command("operators add"))
    opened = active.sign_in()
    renewed = active.refresh(opened.get_json()["refresh_token"])

    assert refusal(ask(active, "", bearer(opened))) == (403, "forbidden")
    assert refusal(ask(active, "", bearer(renewed))) == (403, "forbidden")

    active.protect()

    assert ask(active, "", bearer(active.sign_in_protected())).status_code == 200


def test_the_role_goes_with_the_last_second_factor(active: Identity) -> None:
    active.protect()
    with active.service.database.writing() as session:
        operators.add(session, EMAIL, {}, by_command("operators add"))
    opened = active.sign_in_protected()
    body = {"current_password": PASSWORD}
    active.post("/second-factors/authenticator-app/removal", body, headers=bearer(opened))

    renewed = active.refresh(opened.get_json()["refresh_token"])

    assert refusal(ask(active, "", bearer(renewed))) == (403, "forbidden")


def test_the_role_comes_with_the_next_renewal_of_a_session(active: Identity) -> None:
    active.protect()
    opened = active.sign_in_protected()
    with active.service.database.writing() as session:
        operators.add(session, EMAIL, {}, by_command("operators add"))

    renewed = active.refresh(opened.get_json()["refresh_token"])

    assert refusal(ask(active, "", bearer(opened))) == (403, "forbidden")
    assert ask(active, "", bearer(renewed)).status_code == 200
