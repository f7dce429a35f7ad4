"""An event that no handler can take is set aside, and those behind it go on; an operator looks, mends, replays."""

import json
import uuid
from typing import Any

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.integration.deployment import CommandFailed, Deployment
from tests.integration.faults.audit import PARKED, audit
from tests.journeys.guide import Guide
from tests.kit.waiting import until

pytestmark = pytest.mark.containers

EVENT = "structures.attachment_approved.v1"
FOLLOWERS = ("espaces", "notifier")
APPROVED = f"SELECT payload FROM outbox WHERE name = '{EVENT}' ORDER BY seq DESC LIMIT 1"


def test_a_poison_event_stops_nothing_and_is_replayed_once_it_was_mended(deployment: Deployment) -> None:
    play(deployment)
    poison = uuid.uuid4()
    deployment.execute_sql("structures", insertion(poison))

    play(deployment)  # behind the poison

    until(lambda: parked_everywhere(deployment) == [str(poison)] * len(FOLLOWERS), within=60)
    for follower in FOLLOWERS:
        assert "KeyError" in guichet(deployment, follower, "parked")
        with pytest.raises(CommandFailed):
            guichet(deployment, follower, "replay", str(poison))

    (right,) = deployment.rows("structures", APPROVED)
    mend(deployment, poison, right["payload"])
    for follower in FOLLOWERS:
        guichet(deployment, follower, "replay", "--all")

    assert parked_everywhere(deployment) == []
    assert audit(deployment).broken == []


def play(deployment: Deployment) -> None:
    Guide(deployment.api_url, deployment.mailbox, SANDBOX_CAPTCHA, must_be_quick=False).play()


def guichet(deployment: Deployment, service: str, *words: str) -> str:
    command, *arguments = words
    return deployment.execute(f"{service}-worker", "guichet", "events", command, service, *arguments)


def parked_everywhere(deployment: Deployment) -> list[str]:
    """The ids of what is parked at the followers."""
    rows = deployment.rows_of(FOLLOWERS, PARKED)
    return [row["event_id"] for found in rows.values() for row in found]


def insertion(event_id: uuid.UUID) -> str:
    """As a faulty producer would record it: nothing of what its contract promises."""
    return f"""
        INSERT INTO outbox (id, name, occurred_at, correlation_id, payload)
        VALUES ('{event_id}', '{EVENT}', now(), 'poison', '{{}}')
    """


def mend(deployment: Deployment, event_id: uuid.UUID, payload: dict[str, Any]) -> None:
    """Puts right what the producer recorded, and what its followers have set aside of it."""
    text = json.dumps(payload).replace("'", "''")
    deployment.execute_sql("structures", f"UPDATE outbox SET payload = '{text}' WHERE id = '{event_id}'")
    for follower in FOLLOWERS:
        deployment.execute_sql(
            follower,
            f"UPDATE parked SET event = jsonb_set(event, '{{payload}}', '{text}') WHERE event_id = '{event_id}'",
        )
