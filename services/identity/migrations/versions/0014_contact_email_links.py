"""A contact e-mail that waits to be confirmed, and the links that confirm one.

Contact e-mails that are there stay in force: to stop the notices of people who did nothing would be worse than to go on
writing to an address that nobody has complained about. Those of accounts that are not activated yet are put aside at
their activation, as they would be today.
"""

import sqlalchemy as sa
from alembic import op

from chassis.storage.column_types import BigInt, UtcDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("awaited_contact_email", sa.String(254), nullable=True))
    op.add_column("accounts", sa.Column("contact_email_request", sa.Integer(), nullable=False, server_default="0"))
    account = sa.ForeignKey("accounts.id", name="fk_contact_email_links_account_id")
    op.create_table(
        "contact_email_links",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("account_id", BigInt, account, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_contact_email_links_token_hash"),
    )
    op.create_index("ix_contact_email_links_account_id", "contact_email_links", ["account_id"])
