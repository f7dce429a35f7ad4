"""Structures whose SIRET waits for the directory."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column(
        "structures", sa.Column("awaits_verification", sa.Boolean(), nullable=False, server_default=sa.false())
    )
