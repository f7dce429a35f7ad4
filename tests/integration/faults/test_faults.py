"""No event lost, none applied twice, no mail lost, none sent twice: whatever breaks while people are at work.

Each fault is applied and lifted under load; then four databases, the broker and every mail are compared.
"""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from embedded.run.fleet import FOLLOWS
from tests.integration.deployment import SERVICES, CommandFailed, Deployment
from tests.integration.faults.audit import FOLLOWED, Audit, audit
from tests.integration.faults.faults import Fault, all_faults
from tests.integration.faults.load import all_structures, load
from tests.waiting import until

pytestmark = pytest.mark.containers

BEFORE_SECONDS = 2.0
RECOVERY_SECONDS = 240
NEWEST = "SELECT max(seq) AS seq FROM outbox"
POSITION = """
    SELECT max(position) AS position, count(*) FILTER (WHERE position IS NULL) AS open,
    (SELECT position FROM published) AS published FROM outbox WHERE seq <= {seq}
"""


@pytest.fixture(scope="module")
def structures() -> Iterator[str]:
    return all_structures()


@pytest.mark.parametrize("fault", all_faults(), ids=lambda fault: fault.name)
def test_nothing_is_lost_and_nothing_done_twice(
    fault: Fault, deployment: Deployment, structures: Iterator[str], capsys: pytest.CaptureFixture[str]
) -> None:  # N-03, S-12
    with load(deployment, structures) as people:
        people.go_on_for(BEFORE_SECONDS)
        with fault.of(deployment):
            people.go_on_for(fault.lasts)
        lifted = time.monotonic()
        newest = _when_it_answers(deployment)
        until(lambda: _has_arrived(deployment, newest), within=RECOVERY_SECONDS)
        recovered = time.monotonic() - lifted

    found = audit(deployment)
    with capsys.disabled():
        print(_line(fault, recovered, people.journeys, found))  # noqa: T201
    assert found.broken == []
    assert fault.may_double_mails or found.twice == []


def _when_it_answers(deployment: Deployment) -> dict[str, int]:
    """The newest row of each outbox; PostgreSQL may still be coming back."""

    def newest() -> dict[str, int] | None:
        with suppress(CommandFailed):
            return {name: rows[0]["seq"] or 0 for name, rows in deployment.rows_of(SERVICES, NEWEST).items()}
        return None

    return until(newest, within=RECOVERY_SECONDS) or {}


def _has_arrived(deployment: Deployment, newest: dict[str, int]) -> bool:
    """Everything recorded by then was published, and has reached all who follow it."""
    positions = {name: deployment.rows(name, POSITION.format(seq=seq))[0] for name, seq in newest.items()}
    if any(row["open"] or (row["position"] or 0) > (row["published"] or 0) for row in positions.values()):
        return False
    for consumer, rows in deployment.rows_of(tuple(FOLLOWS), FOLLOWED).items():
        seen = {row["producer"]: row["position"] for row in rows}
        if any(seen.get(producer, 0) < (positions[producer]["position"] or 0) for producer in FOLLOWS[consumer]):
            return False
    return True


def _line(fault: Fault, recovered: float, journeys: int, found: Audit) -> str:
    twice = f", {len(found.twice)} mails twice" if found.twice else ""
    return (
        f"\n  {fault.name}: recovered {recovered:.1f} s after it was lifted; {journeys} journeys; "
        f"since the start {found.events} events, {found.mails} mails{twice}"
    )
