"""Faulty input is refused with a status and a code, and changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.espaces.app import SERVICE
from tests.kit.support import service_under_test
from tests.services.espaces.driver import BOTH, MANAGER, STRUCTURE, TIC, EspacesDriver, faults, refusal

OPENINGS = f"/structures/{STRUCTURE}/openings"
CHECK = {"account_id": MANAGER, "structure_id": STRUCTURE, "espace": TIC, "permission": "MODIFICATION"}
BODIES: dict[str, dict[str, Any]] = {
    OPENINGS: {"espace": "ENGAGEMENTS", "permissions": BOTH, "options": {}},
    "/subscriptions": {
        "structure_id": STRUCTURE,
        "espace": "SUIVI_DES_FLUX",
        "permissions": BOTH,
        "requested_on": "2026-11-24",
        "comment": None,
    },
    "/subscriptions/decisions": {"subscription_ids": [5], "decision": "APPROVE"},
    "/subscriptions/removals": {"subscription_ids": [1]},
    "/access/checks": {"checks": [CHECK]},
}
"""Valid body for each route with a body."""
READS = [
    "/catalogue",
    f"/structures/{STRUCTURE}/espaces",
    f"/structures/{STRUCTURE}/subscriptions",
    "/subscriptions",
    "/menu",
]
ACCESS = f"/access?account_id={MANAGER}&structure_id={STRUCTURE}&espace={TIC}&permission=MODIFICATION"


@pytest.fixture(scope="module")
def tic() -> Iterator[EspacesDriver]:
    """Return one service for all tests of this file: none of them may change anything."""
    with service_under_test(SERVICE) as running:
        yield ready(EspacesDriver(running))


def ready(espaces: EspacesDriver) -> EspacesDriver:
    """Every body of BODIES would succeed: 1 and 2 are the manager's, 3 and 4 given up, 5 and 6 a colleague's wishes."""
    espaces.attach()
    espaces.open()
    espaces.open(espace="SUIVI_DES_FLUX", options={})
    espaces.call("POST", "/subscriptions/removals", json={"subscription_ids": [3, 4]})
    espaces.requested()
    return espaces


def test_the_same_without_fault_is_done(espaces: EspacesDriver) -> None:
    ready(espaces)

    answers = [espaces.call("POST", path, json=body).status_code for path, body in BODIES.items()]

    assert answers == [201, 201, 200, 200, 200]


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"data": '{"espace": "é"}'.encode("latin-1"), "content_type": "application/json"}, (400, "not_json")),
        ({"data": b'{"espace": ', "content_type": "application/json"}, (400, "not_json")),
        ({"data": b"espace=TIC", "content_type": "text/plain"}, (415, "unsupported_media_type")),
        ({"data": b" " * 10_000_000, "content_type": "application/json"}, (413, "too_large")),
        ({"json": []}, (422, "invalid_input")),
        ({"json": "TIC"}, (422, "invalid_input")),
        ({"data": b"null", "content_type": "application/json"}, (422, "invalid_input")),
        ({"json": {}}, (422, "invalid_input")),
    ],
)
def test_a_body_that_cannot_be_read_changes_nothing(
    tic: EspacesDriver, path: str, content: dict[str, Any], problem: tuple[int, str]
) -> None:
    before = tic.snapshot()

    answer = tic.call("POST", path, **content)

    assert refusal(answer) == problem
    assert tic.snapshot() == before


@pytest.mark.parametrize("path", BODIES)
def test_a_field_that_no_route_knows_changes_nothing(tic: EspacesDriver, path: str) -> None:
    before = tic.snapshot()

    answer = tic.call("POST", path, json={**BODIES[path], "surprise": 1})

    assert (refusal(answer), faults(answer)) == ((422, "invalid_input"), {"surprise": "unknown_field"})
    assert tic.snapshot() == before


@pytest.mark.parametrize(("path", "field"), [(path, field) for path, body in BODIES.items() for field in body])
@pytest.mark.parametrize("wrong", [True, 1.5, {"a": [None]}, [[]], "\u202e", "x" * 1001])
def test_a_field_of_the_wrong_kind_is_named_and_changes_nothing(
    tic: EspacesDriver, path: str, field: str, wrong: object
) -> None:
    before = tic.snapshot()

    answer = tic.call("POST", path, json={**BODIES[path], field: wrong})

    assert refusal(answer) == (422, "invalid_input")
    assert {name.partition(".")[0] for name in faults(answer)} == {field}
    assert tic.snapshot() == before


@pytest.mark.parametrize(
    ("path", "change", "fault"),
    [
        (OPENINGS, {"espace": None}, {"espace": "required"}),
        (OPENINGS, {"espace": " "}, {"espace": "required"}),
        (OPENINGS, {"options": None}, {"options": "required"}),
        (OPENINGS, {"options": {"pacage": "x" * 251}}, {"options.pacage": "too_long"}),
        (OPENINGS, {"options": {"pacage": ["012345678"]}}, {"options.pacage": "invalid"}),
        (OPENINGS, {"options": {f"o{number}": "1" for number in range(51)}}, {"options": "out_of_range"}),
        (OPENINGS, {"permissions": [*BOTH, BOTH[0]]}, {"permissions": "out_of_range"}),
        (OPENINGS, {"permissions": [None]}, {"permissions.0": "required"}),
        (OPENINGS, {"permissions": ["CONSULTATION"]}, {"permissions.0": "invalid"}),
        ("/subscriptions", {"structure_id": 0}, {"structure_id": "out_of_range"}),
        ("/subscriptions", {"structure_id": 2**63}, {"structure_id": "out_of_range"}),
        ("/subscriptions", {"structure_id": None}, {"structure_id": "required"}),
        ("/subscriptions", {"permissions": []}, {"permissions": "out_of_range"}),
        ("/subscriptions", {"requested_on": "24/11/2026"}, {"requested_on": "invalid"}),
        ("/subscriptions", {"requested_on": "2026-02-30"}, {"requested_on": "invalid"}),
        ("/subscriptions", {"requested_on": "2026-11-24T10:00:00Z"}, {"requested_on": "invalid"}),
        ("/subscriptions", {"comment": "a\x00b"}, {"comment": "invalid_characters"}),
        ("/subscriptions", {"comment": "x" * 1001}, {"comment": "too_long"}),
        ("/subscriptions/decisions", {"decision": "MAYBE"}, {"decision": "not_a_choice"}),
        ("/subscriptions/decisions", {"decision": "REFUSE"}, {"reason": "required"}),
        ("/subscriptions/decisions", {"decision": "REFUSE", "reason": " "}, {"reason": "required"}),
        ("/subscriptions/decisions", {"decision": "REFUSE", "reason": "x" * 1001}, {"reason": "too_long"}),
        ("/subscriptions/decisions", {"subscription_ids": []}, {"subscription_ids": "out_of_range"}),
        ("/subscriptions/decisions", {"subscription_ids": [*range(1, 102)]}, {"subscription_ids": "out_of_range"}),
        ("/subscriptions/decisions", {"subscription_ids": [3, None]}, {"subscription_ids.1": "required"}),
        ("/subscriptions/removals", {"subscription_ids": []}, {"subscription_ids": "out_of_range"}),
        ("/subscriptions/removals", {"subscription_ids": [*range(1, 102)]}, {"subscription_ids": "out_of_range"}),
        ("/subscriptions/removals", {"subscription_ids": [-1]}, {"subscription_ids.0": "out_of_range"}),
        ("/access/checks", {"checks": []}, {"checks": "out_of_range"}),
        ("/access/checks", {"checks": [CHECK] * 1001}, {"checks": "out_of_range"}),
        ("/access/checks", {"checks": [CHECK, {**CHECK, "account_id": "me"}]}, {"checks.1.account_id": "invalid"}),
        ("/access/checks", {"checks": [{**CHECK, "until": None}]}, {"checks.0.until": "unknown_field"}),
    ],
)
def test_each_fault_is_named_by_its_place_and_code_and_changes_nothing(
    tic: EspacesDriver, path: str, change: dict[str, Any], fault: dict[str, str]
) -> None:  # E-06, E-08, E-09, E-15
    before = tic.snapshot()

    answer = tic.call("POST", path, json={**BODIES[path], **change})

    assert (refusal(answer), faults(answer)) == ((422, "invalid_input"), fault)
    assert tic.snapshot() == before


@pytest.mark.parametrize("path", BODIES)
def test_every_field_is_told_when_all_are_missing(tic: EspacesDriver, path: str) -> None:
    may_be_missing = {"options", "comment"}

    answer = tic.call("POST", path, json={})

    assert faults(answer) == dict.fromkeys(BODIES[path].keys() - may_be_missing, "required")


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/subscriptions?status=OLD", {"status": "invalid"}),
        ("/subscriptions?limit=101", {"limit": "out_of_range"}),
        ("/subscriptions?after=!", {"after": "invalid"}),
        ("/subscriptions?espace=TIC", {"espace": "unknown_field"}),
        (f"/structures/{STRUCTURE}/subscriptions?status=", {"status": "invalid"}),
        (ACCESS.replace("MODIFICATION", "ALL"), {"permission": "invalid"}),
        (ACCESS.replace(f"account_id={MANAGER}", "account_id=-1"), {"account_id": "invalid"}),
        (ACCESS.replace(TIC, "x" * 61), {"espace": "too_long"}),
        (f"{ACCESS}&at=now", {"at": "unknown_field"}),
        ("/access", dict.fromkeys(CHECK, "required")),
    ],
)
def test_a_query_that_is_wrong_is_named_with_its_fault(tic: EspacesDriver, path: str, fault: dict[str, str]) -> None:
    answer = tic.call("GET", path)

    assert (refusal(answer), faults(answer)) == ((422, "invalid_input"), fault)


@pytest.mark.parametrize("path", BODIES)
def test_a_route_that_takes_a_body_has_no_other_way_to_write(tic: EspacesDriver, path: str) -> None:
    before = tic.snapshot()

    answers = [refusal(tic.call(method, path, json=BODIES[path])) for method in ("PUT", "PATCH", "DELETE")]

    assert answers == [(405, "method_not_allowed")] * 3
    assert tic.snapshot() == before


@pytest.mark.parametrize("path", [*READS, ACCESS, *BODIES])
def test_nothing_is_told_to_who_is_not_signed_in(tic: EspacesDriver, path: str) -> None:
    before = tic.snapshot()
    method = "POST" if path in BODIES and path != "/subscriptions" else "GET"

    answer = tic.service.client.open(path, method=method, json=BODIES.get(path) if method == "POST" else None)

    assert refusal(answer) == (401, "unauthenticated")
    assert tic.snapshot() == before


@pytest.mark.parametrize("path", READS)
def test_a_system_reads_nothing_that_is_a_person_s(tic: EspacesDriver, path: str) -> None:
    headers = tic.service.service_headers("an-external-system", "access.check")

    assert refusal(tic.service.client.get(path, headers=headers)) == (403, "forbidden")


@pytest.mark.parametrize("number", ["0", "99", str(2**53), str(2**63), "9" * 40, "seven", "-1", "7.0", "%00"])
def test_a_structure_that_cannot_be_is_not_found(tic: EspacesDriver, number: str) -> None:
    before = tic.snapshot()

    answers = [
        tic.call("GET", f"/structures/{number}/espaces"),
        tic.call("GET", f"/structures/{number}/subscriptions"),
        tic.call("POST", f"/structures/{number}/openings", json=BODIES[OPENINGS]),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert tic.snapshot() == before
