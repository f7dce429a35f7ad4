"""Received events are compared by position, and have an end; a deployment has an identity."""

from alembic import op

from chassis.events.migrations import compare_received_events, create_deployment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    compare_received_events(op)
    create_deployment(op)
