"""Devices on which the holder of an account has signed in, counted apart from strangers' (A-11)."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "known_devices",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column(
            "account_id", BigInt, sa.ForeignKey("accounts.id", name="fk_known_devices_account_id"), nullable=False
        ),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_known_devices_token_hash"),
    )
    op.create_index("ix_known_devices_account_id", "known_devices", ["account_id"])
    op.create_index("ix_known_devices_expires_at", "known_devices", ["expires_at"])
