"""Recipients whose account is deactivated, and mails to an address that is not theirs any more."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("recipients", sa.Column("is_deactivated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mails", sa.Column("address", sa.String(254), nullable=True))
