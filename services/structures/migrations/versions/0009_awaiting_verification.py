"""Structures whose SIRET waits for the directory, its answers of the last minutes, and how often it was asked."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, Json, UtcDateTime

revision = "0009"
down_revision = "0008"

structures = sa.table(
    "structures",
    sa.column("identifier_type", sa.String()),
    sa.column("verified", sa.Boolean()),
    sa.column("awaits_verification", sa.Boolean()),
)


def upgrade() -> None:
    op.add_column(
        "structures", sa.Column("awaits_verification", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("structures", sa.Column("verify_after", UtcDateTime(), nullable=True))
    awaiting = (structures.c.identifier_type == "SIRET") & ~structures.c.verified
    op.execute(structures.update().where(awaiting).values(awaits_verification=True))
    op.create_index(
        "ix_structures_awaiting_verification",
        "structures",
        ["verify_after"],
        postgresql_where=sa.text("awaits_verification"),
        sqlite_where=sa.text("awaits_verification"),
    )
    op.create_table(
        "directory_answers",
        sa.Column("siret", sa.String(14), primary_key=True),
        sa.Column("establishment", Json, nullable=True),
        sa.Column("kept_until", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_directory_answers_kept_until", "directory_answers", ["kept_until"])
    op.create_table(
        "directory_calls",
        sa.Column("minute", BigInt, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
