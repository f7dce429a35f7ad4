"""Partial diffusion of structures, and the words by which their names are searched."""

import sqlalchemy as sa
from alembic import op

from chassis.ground.folding import searchable

revision = "0008"
down_revision = "0007"

FIELDS = ("name", "label", "town")
structures = sa.table(
    "structures",
    sa.column("id", sa.BigInteger()),
    *(sa.column(name, sa.Text()) for field in FIELDS for name in (field, f"{field}_folded")),
)


def upgrade() -> None:
    op.add_column(
        "structures", sa.Column("is_partially_diffused", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(structures)).mappings().all():
        words = {f"{field}_folded": searchable(row[field]) for field in FIELDS if row[field] is not None}
        connection.execute(structures.update().where(structures.c.id == row["id"]).values(words))
