"""Recovery links, and when a recovery mail was last asked for."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    account = sa.ForeignKey("accounts.id", name="fk_recovery_links_account_id")
    op.create_table(
        "recovery_links",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("account_id", BigInt, account, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.Column("burnt_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wrong_answers", sa.Integer(), nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_recovery_links_token_hash"),
    )
    op.create_index("ix_recovery_links_account_id", "recovery_links", ["account_id"])
    op.add_column("accounts", sa.Column("recovery_asked_at", UtcDateTime(), nullable=True))
