"""How far everything recorded has come: one question to all four databases, since asking is what costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedded.run.fleet import FOLLOWS
from tests.integration.deployment import SERVICES, Deployment

QUESTION = """
    SELECT (SELECT count(*) FROM outbox) AS recorded, (SELECT position FROM published) AS published,
    (SELECT json_object_agg(producer, position) FROM followed) AS followed
"""


@dataclass(frozen=True)
class Standing:
    of: Mapping[str, Mapping[str, Any]]
    """By service. Positions have no holes, so as many events were recorded as the newest position says."""

    def recorded(self) -> dict[str, int]:
        return {service: row["recorded"] for service, row in self.of.items()}

    def has_brought(self, recorded: Mapping[str, int]) -> bool:
        """Whether as much as `recorded` was published, and has reached all who follow it."""
        if any(self.of[producer]["published"] < number for producer, number in recorded.items()):
            return False
        followed = {consumer: self.of[consumer]["followed"] or {} for consumer in FOLLOWS}
        return all(
            followed[consumer].get(producer, 0) >= recorded[producer]
            for consumer in FOLLOWS
            for producer in FOLLOWS[consumer]
        )


def standing(deployment: Deployment) -> Standing:
    """Raises CommandFailed while PostgreSQL does not answer."""
    return Standing({service: rows[0] for service, rows in deployment.rows_of(SERVICES, QUESTION).items()})
