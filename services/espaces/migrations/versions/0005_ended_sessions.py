"""Ended sessions, whose access tokens are refused."""

from alembic import op

from chassis.events.migrations import create_ended_sessions

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_ended_sessions(op)
