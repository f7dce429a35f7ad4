"""The version of an account's details, and a login e-mail that waits to be confirmed."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("accounts", sa.Column("awaited_login_email", sa.String(254), nullable=True))
    op.add_column("accounts", sa.Column("login_email_asked_at", UtcDateTime(), nullable=True))
    account = sa.ForeignKey("accounts.id", name="fk_login_email_links_account_id")
    op.create_table(
        "login_email_links",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("account_id", BigInt, account, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.Column("login_email", sa.String(254), nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_login_email_links_token_hash"),
    )
    op.create_index("ix_login_email_links_account_id", "login_email_links", ["account_id"])
