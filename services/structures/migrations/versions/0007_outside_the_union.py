"""Identifiers of structures outside the European Union, in their one spelling."""

import sqlalchemy as sa
from alembic import op

from chassis.ground.folding import folded

revision = "0007"
down_revision = "0006"

structures = sa.table("structures", sa.column("id"), sa.column("identifier_type"), sa.column("identifier"))


def upgrade() -> None:
    outside_eu = structures.c.identifier_type == "HORS_UE"
    connection = op.get_bind()
    rows = connection.execute(sa.select(structures).where(outside_eu).order_by(structures.c.id)).all()
    taken = {row.identifier for row in rows}
    for row in rows:
        spelling = folded(row.identifier).replace(" ", "")
        # Two structures that were one keep their spellings: who they are is for an operator to say.
        if spelling not in taken:
            taken.add(spelling)
            connection.execute(structures.update().where(structures.c.id == row.id).values(identifier=spelling))
