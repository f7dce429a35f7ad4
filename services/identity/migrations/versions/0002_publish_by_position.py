"""One row says how far the outbox was published, instead of a moment in each of its rows."""

from alembic import op

from chassis.events.migrations import publish_by_position

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    publish_by_position(op)
