"""One's own sessions: what is open, ending one, ending all others (A-13)."""

from datetime import timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from chassis.ground.clock import now
from services.identity.models.history import Happening
from services.identity.models.sessions import AccountSession
from services.identity.use_cases import sessions
from tests.services.identity.builders import PASSWORD, Identity, an_address, bearer, faults, refusal

pytestmark = pytest.mark.both_databases

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"


def signed_in(identity: Identity, address: str, device: str = FIREFOX) -> TestResponse:
    """A session of one's own, opened from an address."""
    return identity.sign_in(headers={"User-Agent": device, "X-Forwarded-For": address})


def listed(identity: Identity, asking: TestResponse, query: str = "") -> TestResponse:
    return identity.client.get(f"/sessions{query}", headers=bearer(asking))


def end(identity: Identity, asking: TestResponse, which: int | str) -> TestResponse:
    return identity.client.delete(f"/sessions/{which}", headers=bearer(asking))


def can_go_on(identity: Identity, opened: TestResponse) -> bool:
    return identity.refresh(opened.get_json()["refresh_token"]).status_code == 201


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sessions"), ("DELETE", "/sessions/1"), ("DELETE", "/sessions/others")]
)
def test_nobody_comes_to_sessions_without_a_token_of_a_person(active: Identity, method: str, path: str) -> None:
    kept = active.sign_in()

    stranger = active.client.open(path, method=method)
    service = active.client.open(path, method=method, headers=active.own_service_headers("notifier"))

    assert [refusal(answer) for answer in (stranger, service)] == [(401, "unauthenticated"), (403, "forbidden")]
    assert can_go_on(active, kept)


def test_the_list_tells_the_device_and_since_when_and_which_one_this_is(active: Identity) -> None:
    older = signed_in(active, "203.0.113.7")
    newer = signed_in(active, "2001:db8::1", device="curl/8.5.0")

    items = listed(active, older).get_json()["items"]

    assert [one["session_id"] for one in items] == [2, 1]
    assert [one["is_current"] for one in items] == [False, True]
    assert [one["address"] for one in items] == ["2001:db8::1", "203.0.113.7"]
    assert items[0]["device"] == {"browser": "curl", "system": None}
    assert items[1]["device"] == {"browser": "Firefox", "system": "Windows"}
    assert items[1]["opened_at"] <= items[1]["last_used_at"] < items[1]["expires_at"]
    assert not any(newer.get_json()["refresh_token"][:10] in str(one) for one in items)


def test_last_use_is_the_last_renewal(active: Identity) -> None:
    opened, start = active.sign_in(), now().replace(microsecond=0)

    with time_machine.travel(start + timedelta(days=1), tick=False):
        renewed = active.refresh(opened.get_json()["refresh_token"])
        shown = listed(active, renewed).get_json()["items"][0]

    assert shown["last_used_at"] == (start + timedelta(days=1)).isoformat()


def test_a_session_that_has_ended_or_is_someone_elses_is_not_listed(active: Identity) -> None:
    other = an_address()
    active.active_account(login_email=other)
    active.sign_in(other)
    with time_machine.travel(now() - timedelta(days=31), tick=False):
        active.sign_in()
    ended, mine = active.sign_in(), active.sign_in()
    active.client.delete("/sessions/current", headers=bearer(ended))

    assert [one["session_id"] for one in listed(active, mine).get_json()["items"]] == [4]


def test_the_list_has_pages(active: Identity) -> None:
    for _ in range(3):
        mine = active.sign_in()

    first = listed(active, mine, "?limit=2").get_json()
    second = listed(active, mine, f"?limit=2&after={first['next']}").get_json()

    assert [[one["session_id"] for one in page["items"]] for page in (first, second)] == [[3, 2], [1]]
    assert second["next"] is None
    assert faults(listed(active, mine, "?after=%40")) == {"after": "invalid"}


def test_one_session_is_ended_and_no_other(active: Identity) -> None:
    lost, mine = active.sign_in(), active.sign_in()

    assert end(active, mine, 1).status_code == 204

    assert not can_go_on(active, lost)
    assert can_go_on(active, mine)
    assert active.happenings()[0] is Happening.SESSION_ENDED


def test_what_has_ended_cannot_be_ended_again(active: Identity) -> None:
    active.sign_in()
    mine = active.sign_in()
    end(active, mine, 1)
    before = active.happenings()

    assert refusal(end(active, mine, 1)) == (404, "session_unknown")
    assert active.happenings() == before


@pytest.mark.parametrize("number", [1, 99, 2**62])
def test_the_session_of_someone_else_is_as_unknown_as_one_that_never_was(active: Identity, number: int) -> None:
    other = an_address()
    theirs = active.sign_in()
    active.active_account(login_email=other)

    answer = end(active, active.sign_in(other), number)

    assert refusal(answer)[0] == 404
    assert can_go_on(active, theirs)
    assert Happening.SESSION_ENDED not in active.happenings(1) + active.happenings(2)


def test_all_others_are_ended_and_nobody_elses(active: Identity) -> None:
    someone = an_address()
    active.active_account(login_email=someone)
    theirs, one, another, mine = active.sign_in(someone), active.sign_in(), active.sign_in(), active.sign_in()

    assert end(active, mine, "others").status_code == 204

    assert [can_go_on(active, opened) for opened in (one, another, mine, theirs)] == [False, False, True, True]
    assert active.happenings()[0] is Happening.OTHER_SESSIONS_ENDED


def test_the_access_token_of_an_ended_session_opens_nothing_here_any_more(active: Identity) -> None:
    ended, mine = active.sign_in(), active.sign_in()

    end(active, mine, 1)

    assert refusal(active.client.get("/accounts/me", headers=bearer(ended))) == (401, "unauthenticated")
    assert active.client.get("/accounts/me", headers=bearer(mine)).status_code == 200


def test_sessions_are_ended_before_a_password_is_changed_or_when_none_is_left(active: Identity) -> None:
    kept, ended = active.sign_in(), active.sign_in()

    for _ in range(2):
        with active.service.database.writing() as session:
            sessions.end_all(session, 1, except_session=1)

    assert [can_go_on(active, opened) for opened in (kept, ended)] == [True, False]
    with active.service.database.writing() as session:
        sessions.end_all(session, 1)
    assert not can_go_on(active, kept)
    with active.service.database.reading() as session:
        assert session.query(AccountSession).count() == 2
    assert active.sign_in(password=PASSWORD).status_code == 201
