"""Requests that are counted, for bounds on what costs somebody else."""

from alembic import op

from chassis.events.migrations import create_bounded_requests

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_bounded_requests(op)
