"""Structures, attachments and people."""

import sqlalchemy as sa
from alembic import op

from chassis.events.migrations import create_chassis_tables
from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0001"
down_revision = None

LIVE = "status IN ('EN_COURS_DE_VALIDATION', 'VALIDEE')"
PRINCIPAL = "role = 'GESTIONNAIRE_PRINCIPAL' AND status = 'VALIDEE'"


def upgrade() -> None:
    create_chassis_tables(op)
    create_structures()
    create_attachments()
    op.create_table(
        "people",
        sa.Column("account_id", BigInt, primary_key=True, autoincrement=False),
        sa.Column("last_name", sa.String(100), nullable=True),
        sa.Column("first_name", sa.String(100), nullable=True),
        sa.Column("login_email", sa.String(254), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
    )


def create_structures() -> None:
    flags = ("is_centre_de_gestion", "is_public", "is_edi_emitter", "receives_edi_life_cycles")
    op.create_table(
        "structures",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("identifier_type", sa.String(40), nullable=False),
        sa.Column("identifier", sa.String(80), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("label", sa.String(250), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("rcs_number", sa.String(50), nullable=True),
        sa.Column("vat_number", sa.String(20), nullable=True),
        *(sa.Column(flag, sa.Boolean(), nullable=False) for flag in (*flags, "accepts_attachment_requests")),
        sa.Column("street", sa.String(250), nullable=False),
        sa.Column("complement_1", sa.String(250), nullable=True),
        sa.Column("complement_2", sa.String(250), nullable=True),
        sa.Column("postcode", sa.String(16), nullable=False),
        sa.Column("town", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("telephone", sa.String(30), nullable=True),
        sa.Column("fax", sa.String(30), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("label_folded", sa.Text(), nullable=True),
        sa.Column("town_folded", sa.Text(), nullable=False),
        sa.UniqueConstraint("identifier_type", "identifier", name="uq_structures_identifier_type_identifier"),
    )
    op.create_index("ix_structures_postcode", "structures", ["postcode"])


def create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("structure_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("comment", sa.String(1000), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["structure_id"], ["structures.id"], name="fk_attachments_structure_id"),
    )
    op.create_index("ix_attachments_structure_id", "attachments", ["structure_id"])
    op.create_index("ix_attachments_account_id", "attachments", ["account_id"])
    create_unique_index_where("ux_attachments_live", ["structure_id", "account_id"], LIVE)
    create_unique_index_where("ux_attachments_principal_manager", ["structure_id"], PRINCIPAL)


def create_unique_index_where(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "attachments", columns, unique=True, postgresql_where=where, sqlite_where=where)
