"""People who are forgotten: events that tell of them are redacted."""

from alembic import op

from chassis.events.migrations import remember_the_forgotten

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    remember_the_forgotten(op)
