"""Whether a person's account waits for its activation, is active or was deactivated."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("people", sa.Column("status", sa.String(40), nullable=False, server_default="EN_ATTENTE_ACTIVATION"))
    people = sa.table("people", sa.column("status"), sa.column("is_active", sa.Boolean()))
    op.execute(people.update().where(people.c.is_active).values(status="ACTIF"))
    op.drop_column("people", "is_active")
