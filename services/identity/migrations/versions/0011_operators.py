"""Operators; accounts are found by name."""

import sqlalchemy as sa
from alembic import op

from chassis.ground.folding import folded
from chassis.storage.column_types import UtcDateTime

revision = "0011"
down_revision = "0010"

ACCOUNTS = sa.table(
    "accounts", sa.column("id"), sa.column("first_name"), sa.column("last_name"), sa.column("name_folded")
)


def upgrade() -> None:
    op.add_column("accounts", sa.Column("operator_since", UtcDateTime(), nullable=True))
    op.add_column("accounts", sa.Column("name_folded", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    for known in connection.execute(sa.select(ACCOUNTS)).all():
        name = folded(f"{known.first_name} {known.last_name}")
        connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.id == known.id).values(name_folded=name))
