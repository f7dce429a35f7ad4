"""Mails by the moment of their end: old ones are deleted."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_mails_settled_at", "mails", ["settled_at"])
