"""Accounts, activation links, sessions and captchas, beside the chassis's own tables."""

import sqlalchemy as sa
from alembic import op

from chassis.events import migrations
from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.create_table(
        "accounts",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("login_email", sa.String(254), nullable=False),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("last_name", sa.String(100), nullable=False),
        sa.Column("first_name", sa.String(100), nullable=False),
        sa.Column("street", sa.String(200), nullable=False),
        sa.Column("postcode", sa.String(20), nullable=False),
        sa.Column("town", sa.String(100), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("mail_asked_at", UtcDateTime(), nullable=False),
        sa.Column("activated_at", UtcDateTime(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("secret_question", sa.String(200), nullable=True),
        sa.Column("secret_answer_hash", sa.Text(), nullable=True),
        sa.UniqueConstraint("login_email", name="uq_accounts_login_email"),
    )
    op.create_table(
        "activation_links",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        _account_id("activation_links"),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_activation_links_token_hash"),
    )
    op.create_index("ix_activation_links_account_id", "activation_links", ["account_id"])
    op.create_table(
        "sessions",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        _account_id("sessions"),
        sa.Column("family_hash", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("family_hash", name="uq_sessions_family_hash"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "captchas",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_captchas_expires_at", "captchas", ["expires_at"])


def _account_id(table: str) -> sa.Column[int]:
    account = sa.ForeignKey("accounts.id", name=f"fk_{table}_account_id")
    return sa.Column("account_id", BigInt, account, nullable=False)


def downgrade() -> None:
    for table in ("captchas", "sessions", "activation_links", "accounts", "parked", "followed", "inbox", "outbox"):
        op.drop_table(table)
