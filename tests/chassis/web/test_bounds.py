"""What costs somebody else is bounded, for each account and for all processes together."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import select

from chassis.ground.clock import now
from chassis.ground.settings import SettingsError
from chassis.web.bounds import CountedRow
from tests.chassis.toy import TOY
from tests.kit.support import ServiceUnderTest, service_under_test
from tests.kit.together import together

HOUR = timedelta(hours=1)


@pytest.fixture
def toy() -> Iterator[ServiceUnderTest]:
    with service_under_test(TOY) as running:
        yield running


def do(toy: ServiceUnderTest, structure_id: int = 1, account_id: int = 41, outcome: str = "done") -> int:
    path = f"/bounded/{structure_id}/{outcome}"
    return toy.client.post(path, headers=toy.person_headers(account_id)).status_code


def test_beyond_its_bound_an_account_is_told_when_to_come_again(toy: ServiceUnderTest) -> None:
    assert [do(toy, number) for number in range(1, 5)] == [204, 204, 204, 429]

    answer = toy.client.post("/bounded/9/done", headers=toy.person_headers(41))

    assert answer.get_json()["code"] == "too_often"
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_one_account_takes_nothing_from_another(toy: ServiceUnderTest) -> None:
    for number in range(1, 5):
        do(toy, number)

    assert do(toy, account_id=42) == 204


def test_a_bound_for_a_pair_is_apart_from_that_for_the_account(toy: ServiceUnderTest) -> None:
    assert [do(toy, 7), do(toy, 7), do(toy, 7), do(toy, 8)] == [204, 204, 429, 204]


@pytest.mark.parametrize(
    ("client", "neighbour", "elsewhere"),
    [
        ("2001:db8:7:7::1", "2001:db8:7:7:ffff::2", "2001:db8:7:8::1"),
        ("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8"),
        ("unknown", "_hidden", "192.0.2.8"),
    ],
)
def test_who_has_no_account_is_counted_by_network_and_no_address_is_kept(
    toy: ServiceUnderTest, client: str, neighbour: str, elsewhere: str
) -> None:
    def look(address: str) -> int:
        return toy.client.get("/looked-at", headers={"X-Forwarded-For": address}).status_code

    assert [look(client), look(client), look(neighbour), look(elsewhere)] == [204, 204, 429, 204]
    with toy.database.reading() as session:
        kept = " ".join(session.scalars(select(CountedRow.key)))
    assert not any(address in kept for address in (client, elsewhere))


def test_what_one_bound_refuses_does_not_count_for_another(toy: ServiceUnderTest) -> None:
    assert [do(toy, 7) for _ in range(5)] == [204, 204, 429, 429, 429]

    assert do(toy, 8) == 204
    assert do(toy, 9) == 429


def test_what_is_refused_does_not_count(toy: ServiceUnderTest) -> None:
    assert [do(toy, outcome="refused") for _ in range(5)] == [409] * 5

    assert do(toy) == 204


@pytest.mark.parametrize("body", [{}, {"name": "x" * 21, "number": 1}, "no object", None])
def test_input_that_is_refused_does_not_count(toy: ServiceUnderTest, body: object) -> None:
    headers = toy.person_headers(41)

    answers = [toy.client.post("/bounded-things", json=body, headers=headers).status_code for _ in range(3)]

    assert set(answers) <= {400, 415, 422}
    good = {"name": "a thing", "number": 1}
    assert toy.client.post("/bounded-things", json=good, headers=headers).status_code == 204


def test_what_has_cost_something_counts_though_it_is_refused(toy: ServiceUnderTest) -> None:
    headers = toy.person_headers(41)

    answers = [toy.client.get("/look-ups/refused", headers=headers).status_code for _ in range(3)]

    assert answers == [409, 409, 429]


def test_after_its_window_an_account_begins_anew(toy: ServiceUnderTest) -> None:
    for number in range(1, 5):
        do(toy, number)

    with time_machine.travel(now() + HOUR + timedelta(seconds=1)):
        headers = toy.person_headers(41)
        assert toy.client.post("/bounded/1/done", headers=headers).status_code == 204


def test_of_requests_at_once_as_many_pass_as_may(toy: ServiceUnderTest) -> None:
    answers = together(*(partial(do, toy, number) for number in range(1, 9)))

    assert Counter(answers) == {204: 3, 429: 5}


def test_the_settings_may_say_other_numbers() -> None:
    with service_under_test(TOY, bounds={"things": 1}) as toy:
        assert [do(toy, 1), do(toy, 2)] == [204, 429]


def test_a_bound_that_no_route_has_stops_the_process_at_start() -> None:
    with (
        pytest.raises(SettingsError, match="GUICHET_BOUNDS: no bound thigns"),
        service_under_test(TOY, bounds={"thigns": 1}),
    ):
        pass
