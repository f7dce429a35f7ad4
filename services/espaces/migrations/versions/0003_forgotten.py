"""People who are forgotten: events that tell of them are redacted."""

from alembic import op

from chassis.events.migrations import remember_the_forgotten

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    remember_the_forgotten(op)
