"""No event lost, none applied twice, no mail lost, none sent twice: whatever breaks while people are at work.

Each fault is applied and lifted under load; then four databases, the broker and every mail are compared.
"""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.integration.deployment import CommandFailed, Deployment
from tests.integration.faults.audit import Audit, audit
from tests.integration.faults.faults import EVERYDAY, Fault, all_faults
from tests.integration.faults.load import all_structures, load
from tests.integration.faults.standing import standing
from tests.kit.waiting import until

pytestmark = pytest.mark.containers

BEFORE_SECONDS = 2.0
RECOVERY_SECONDS = 240


@pytest.fixture(scope="module")
def structures(deployment: Deployment) -> Iterator[str]:
    """Return the SIRETs that nobody has registered: the deployment is shared with the tests before these."""
    registered = {row["identifier"] for row in deployment.rows("structures", "SELECT identifier FROM structures")}
    return (siret for siret in all_structures() if siret not in registered)


@pytest.fixture(scope="module")
def known_twice() -> set[str]:
    """Mails whose second delivery an earlier fault has answered for: one deployment lives through all of them."""
    return set()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.name, marks=() if fault.name in EVERYDAY else pytest.mark.faults_only)
        for fault in all_faults()
    ],
)
def test_nothing_is_lost_and_nothing_done_twice(
    fault: Fault,
    deployment: Deployment,
    structures: Iterator[str],
    known_twice: set[str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # N-03, S-12
    with load(deployment, structures) as people:
        people.go_on_for(BEFORE_SECONDS)
        with fault.of(deployment):
            people.go_on_for(fault.lasts)
        lifted = time.monotonic()
        recorded = _when_it_answers(deployment)
        until(lambda: standing(deployment).has_brought(recorded), within=RECOVERY_SECONDS, every=0.1)
        recovered = time.monotonic() - lifted

    found = audit(deployment)
    with capsys.disabled():
        print(_line(fault, recovered, people.journeys, found))  # noqa: T201
    twice = found.twice - known_twice
    known_twice |= twice
    assert found.broken == []
    assert fault.may_double_mails or not twice


def _when_it_answers(deployment: Deployment) -> dict[str, int]:
    """What is recorded by now; PostgreSQL may still be coming back."""

    def recorded() -> dict[str, int] | None:
        with suppress(CommandFailed):
            return standing(deployment).recorded()
        return None

    return until(recorded, within=RECOVERY_SECONDS) or {}


def _line(fault: Fault, recovered: float, journeys: int, found: Audit) -> str:
    twice = f", {len(found.twice)} mails twice" if found.twice else ""
    return (
        f"\n  {fault.name}: recovered {recovered:.1f} s after it was lifted; {journeys} journeys; "
        f"since the start {found.events} events, {found.mails} mails{twice}"
    )
