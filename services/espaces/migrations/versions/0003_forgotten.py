"""People who are forgotten: events that tell of them are redacted."""

from alembic import op

from chassis.events.migrations import create_erased_subjects

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_erased_subjects(op)
