"""Whether an account is active, as far as identity has told; unknown for those heard of before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("people", sa.Column("is_active", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "is_active")
