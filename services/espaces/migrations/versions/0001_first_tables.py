"""Openings and subscriptions, and the copies of structures, attachments and people."""

import sqlalchemy as sa
from alembic import op

from chassis.events.migrations import create_chassis_tables
from chassis.storage.column_types import BigInt, Json, UtcDateTime

revision = "0001"
down_revision = None

OPEN = sa.text("status = 'ACTIVE'")
LIVE = sa.text("status IN ('EN_COURS_DE_VALIDATION', 'VALIDE')")


def upgrade() -> None:
    create_chassis_tables(op)
    create_copies()
    op.create_table(
        "openings",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("structure_id", BigInt, nullable=False),
        sa.Column("espace", sa.String(60), nullable=False),
        sa.Column("permissions", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("opened_by", BigInt, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closing_reason", sa.String(40), nullable=True),
    )
    op.create_index("ix_openings_structure_id", "openings", ["structure_id"])
    unique_where("ux_openings_active", "openings", ["structure_id", "espace"], OPEN)
    op.create_table(
        "subscriptions",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("structure_id", BigInt, nullable=False),
        sa.Column("espace", sa.String(60), nullable=False),
        sa.Column("permission", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("comment", sa.String(1000), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", BigInt, nullable=True),
    )
    op.create_index("ix_subscriptions_account_id", "subscriptions", ["account_id"])
    op.create_index("ix_subscriptions_structure_id", "subscriptions", ["structure_id"])
    unique_where("ux_subscriptions_live", "subscriptions", ["account_id", "structure_id", "espace", "permission"], LIVE)


def create_copies() -> None:
    op.create_table(
        "structures",
        sa.Column("structure_id", BigInt, primary_key=True, autoincrement=False),
        sa.Column("identifier_type", sa.String(40), nullable=False),
        sa.Column("identifier", sa.String(80), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("is_centre_de_gestion", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("account_id", BigInt, primary_key=True, autoincrement=False),
        sa.Column("last_name", sa.String(100), nullable=True),
        sa.Column("first_name", sa.String(100), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "attachments",
        sa.Column("attachment_id", BigInt, primary_key=True, autoincrement=False),
        sa.Column("structure_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
    )
    op.create_index("ux_attachments_account", "attachments", ["account_id", "structure_id"], unique=True)
    op.create_index("ix_attachments_structure", "attachments", ["structure_id", "role"])


def unique_where(name: str, table: str, columns: list[str], condition: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=True, postgresql_where=condition, sqlite_where=condition)


def downgrade() -> None:
    for table in ("subscriptions", "openings", "attachments", "people", "structures"):
        op.drop_table(table)
    for table in ("parked", "followed", "inbox", "outbox"):
        op.drop_table(table)
