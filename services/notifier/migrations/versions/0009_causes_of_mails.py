"""Causes of mails: who made the notifier write to somebody else, and about what."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("mails", sa.Column("caused_by", BigInt, nullable=True))
    op.add_column("mails", sa.Column("topic", sa.String(120), nullable=True))
    op.create_index("ix_mails_caused_by_account_id_owed_since", "mails", ["caused_by", "account_id", "owed_since"])
