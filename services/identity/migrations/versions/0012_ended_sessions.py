"""The chassis's table of ended sessions, which identity itself leaves empty."""

from alembic import op

from chassis.events.migrations import create_ended_sessions

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    create_ended_sessions(op)
