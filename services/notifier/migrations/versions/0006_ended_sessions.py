"""Ended sessions, whose access tokens are refused."""

from alembic import op

from chassis.events.migrations import create_ended_sessions

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_ended_sessions(op)
