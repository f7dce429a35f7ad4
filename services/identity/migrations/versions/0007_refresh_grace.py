"""A session remembers the refresh token before its newest; what has ended is found, to be cleared away."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("previous_hash", sa.String(64), nullable=True))
    op.add_column("sessions", sa.Column("rotation_key", sa.String(43), nullable=True))
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_ended_at", "sessions", ["ended_at"])
