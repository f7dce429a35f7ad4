"""The history of accounts; a session knows the address that it was opened from."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("account_id", BigInt, sa.ForeignKey("accounts.id", name="fk_history_account_id"), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("device", sa.String(200), nullable=False),
        sa.Column("done_by", BigInt, sa.ForeignKey("accounts.id", name="fk_history_done_by"), nullable=True),
    )
    op.create_index("ix_history_account_id", "history", ["account_id"])
    op.add_column("sessions", sa.Column("address", sa.String(45), nullable=False, server_default=""))
