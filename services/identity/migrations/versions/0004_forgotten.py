"""People who are forgotten: events that tell of them are redacted."""

from alembic import op

from chassis.events.migrations import create_erased_subjects

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_erased_subjects(op)
