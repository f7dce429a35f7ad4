"""Destinations of mails: one event is told to several addresses of an account, each in a mail of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("mails", sa.Column("destination", sa.String(40), nullable=True))
