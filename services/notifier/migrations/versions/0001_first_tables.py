"""Recipients, mails and tries, beside the chassis's own tables."""

import sqlalchemy as sa
from alembic import op

from chassis.events import migrations
from chassis.storage.column_types import BigInt, Json, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.create_table(
        "recipients",
        sa.Column("account_id", BigInt, primary_key=True, autoincrement=False),
        sa.Column("login_email", sa.String(254), nullable=False),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("last_name", sa.String(100), nullable=False),
        sa.Column("first_name", sa.String(100), nullable=False),
    )
    op.create_table(
        "mails",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("context", Json, nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("owed_since", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("handed_over_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.UniqueConstraint("event_id", "template", "account_id", name="uq_mails_event_id_template_account_id"),
    )
    op.create_index("ix_mails_state_due_at", "mails", ["state", "due_at"])
    op.create_table(
        "tries",
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("mail_id", BigInt, sa.ForeignKey("mails.id", name="fk_tries_mail_id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.UniqueConstraint("mail_id", "number", name="uq_tries_mail_id_number"),
    )


def downgrade() -> None:
    for table in ("tries", "mails", "recipients", "parked", "followed", "inbox", "outbox"):
        op.drop_table(table)
