"""Structures whose manager is confirmed. Those of before count as confirmed: nobody was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("structures", sa.Column("is_confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
