"""Received events are compared by position, so that a producer's log that was restored is noticed."""

from alembic import op

from chassis.events.migrations import compare_received_events

revision = "0020"
down_revision = "0008"


def upgrade() -> None:
    compare_received_events(op)
