"""The history that a person sees of their own account."""

import pytest

from tests.services.identity.builders import EMAIL, Identity, an_address, bearer, faults, refusal

pytestmark = pytest.mark.both_databases

CHROME = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


def test_nobody_reads_a_history_without_a_token_of_a_person(active: Identity) -> None:
    service = active.own_service_headers("notifier")

    assert refusal(active.client.get("/history")) == (401, "unauthenticated")
    assert refusal(active.client.get("/history", headers=service)) == (403, "forbidden")


def test_the_newest_comes_first_with_time_address_and_device(active: Identity) -> None:
    opened = active.sign_in(headers={"User-Agent": CHROME, "X-Forwarded-For": "203.0.113.7"})

    answer = active.client.get("/history", headers=bearer(opened)).get_json()

    assert [one["what"] for one in answer["items"]] == ["signed_in", "contact_email_asked", "activated", "signed_up"]
    newest = answer["items"][0]
    assert newest["address"] == "203.0.113.7"
    assert newest["device"] == {"browser": "Chrome", "system": "Android"}
    assert newest["happened_at"] >= answer["items"][1]["happened_at"]


def test_one_sees_ones_own_and_nothing_of_others(active: Identity) -> None:
    other = an_address()
    active.active_account(login_email=other)
    active.sign_in(other)

    mine = active.client.get("/history?limit=100", headers=bearer(active.sign_in(EMAIL))).get_json()

    assert len(mine["items"]) == 4


def test_the_history_has_pages(active: Identity) -> None:
    headers = bearer(active.sign_in())

    first = active.client.get("/history?limit=2", headers=headers).get_json()
    second = active.client.get(f"/history?limit=2&after={first['next']}", headers=headers).get_json()

    assert [[one["what"] for one in page["items"]] for page in (first, second)] == [
        ["signed_in", "contact_email_asked"],
        ["activated", "signed_up"],
    ]
    assert second["next"] is None
    assert faults(active.client.get("/history?limit=101", headers=headers)) == {"limit": "out_of_range"}
