"""What was tried how often, by account and by client address (A-11)."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import Json, UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("times", Json, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("welcome_until", UtcDateTime(), nullable=True),
        sa.Column("forget_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_tries_forget_at", "tries", ["forget_at"])
