"""What is old in the history is found, to be cleared away."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("ix_history_happened_at", "history", ["happened_at"])
