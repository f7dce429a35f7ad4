"""What is no event is refused as such, whatever its type."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.events.envelope import NotAnEvent
from chassis.events.outbox import Event
from tests.chassis.wire import an_event

GOOD = an_event(position=1).to_json()
DEEP: Any = []
for _ in range(100_000):
    DEEP = [DEEP]


def test_an_event_is_the_same_after_its_way() -> None:
    assert Event.from_json(json.loads(json.dumps(GOOD))).to_json() == GOOD


@pytest.mark.parametrize("position", ["5", None, -3, 0, 1.5, 5.0, True, 2**53, float("nan"), float("inf"), [], {}])
def test_a_position_is_a_whole_number_from_one_on(position: object) -> None:
    with pytest.raises(NotAnEvent):
        Event.from_json({**GOOD, "position": position})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "not a uuid"},
        {"id": 5},
        {"id": None},
        {"name": "identity"},
        {"name": "identity.account_activated"},
        {"name": "identity.account_activated.v0"},
        {"name": "identity.account_activated.v1\n"},
        {"name": "a." + "b" * 200 + ".v1"},
        {"name": 3},
        {"occurred_at": "yesterday"},
        {"occurred_at": "2026-12-01T09:00:00"},
        {"occurred_at": 1764579600},
        {"correlation_id": "x" * 65},
        {"correlation_id": "two words"},
        {"correlation_id": "a\x00b"},
        {"correlation_id": None},
        {"previous_id": "not a uuid"},
        {"previous_id": 7},
        {"previous_id": []},
        {"payload": []},
        {"payload": "text"},
        {"payload": None},
        {"payload": {"a": float("nan")}},
        {"payload": {"a": float("inf")}},
        {"payload": {"a": "b\x00c"}},
        {"payload": {"a\x00": 1}},
        {"payload": {"a": "\ud800"}},
        {"payload": {"a": DEEP}},
    ],
)
def test_every_part_has_its_type(changes: dict[str, object]) -> None:
    with pytest.raises(NotAnEvent):
        Event.from_json({**GOOD, **changes})


@pytest.mark.parametrize("missing", sorted(GOOD.keys() - {"previous_id"}))
def test_no_part_may_be_missing(missing: str) -> None:
    with pytest.raises(NotAnEvent):
        Event.from_json({name: value for name, value in GOOD.items() if name != missing})


def test_an_event_of_the_version_before_names_none_before_it() -> None:
    old = {name: value for name, value in GOOD.items() if name != "previous_id"}

    assert Event.from_json(old).previous_id is None


def test_a_part_of_tomorrow_is_passed_over() -> None:
    assert Event.from_json({**GOOD, "trace": "x"}).to_json() == GOOD


@pytest.mark.parametrize("text", ["\\u0000", "a\\\\u0000", "\\\\u0000 \n é 🚜"])
def test_words_that_only_look_like_what_cannot_be_stored_are_carried(text: str) -> None:
    assert Event.from_json({**GOOD, "payload": {"comment": text}}).payload == {"comment": text}


VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_nothing_else_gets_further_than_here(data: object) -> None:
    with pytest.raises(NotAnEvent):
        Event.from_json(data)
