"""Migrations of the chassis's own tables, called by each service's: outbox, inbox, and the tables beside them."""

from types import ModuleType

import sqlalchemy as sa
from alembic import context

from chassis.events.outbox import ChassisBase
from chassis.storage.column_types import BigInt, Json, UtcDateTime


def run(metadata: sa.MetaData) -> None:
    """Run the migrations, as the body of each service's `migrations/env.py`."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=[ChassisBase.metadata, metadata],
        render_as_batch=True,  # SQLite cannot alter most of a table: Alembic makes a new one and copies the rows
        transactional_ddl=True,  # Alembic takes SQLite to have none; it has, once transactions are explicit
    )
    with context.begin_transaction():
        context.run_migrations()


def create_chassis_tables(op: ModuleType) -> None:
    """Create the outbox and the inbox in their first form, for a service's first migration."""
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sa.UniqueConstraint("position", name="uq_outbox_position"),
    )
    _partial_index(op, "ix_outbox_without_position", "seq", "position IS NULL")
    _partial_index(op, "ix_outbox_unpublished", "position", "published_at IS NULL")
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("producer", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "followed",
        sa.Column("producer", sa.String(40), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "parked",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("event", Json, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("parked_at", UtcDateTime(), nullable=False),
    )


def publish_by_position(op: ModuleType) -> None:
    """Bring the outbox to its second form: one row holds the published position, and PostgreSQL notifies the relay."""
    published = op.create_table(
        "published",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
    outbox = sa.table("outbox", sa.column("position"), sa.column("published_at"))
    furthest = sa.select(sa.func.max(outbox.c.position)).where(outbox.c.published_at.is_not(None)).scalar_subquery()
    op.execute(published.insert().from_select(["id", "position"], sa.select(1, sa.func.coalesce(furthest, 0))))
    op.drop_index("ix_outbox_unpublished", "outbox")
    op.drop_column("outbox", "published_at")
    if op.get_bind().dialect.name == "postgresql":
        for statement in _NOTIFY_ON_INSERT:
            op.execute(statement)


def create_erased_subjects(op: ModuleType) -> None:
    """Create the table of erased subjects, third form of the chassis's tables."""
    op.create_table(
        "forgotten",
        sa.Column("subject", BigInt, primary_key=True, autoincrement=False),
        sa.Column("forgotten_at", UtcDateTime(), nullable=False),
    )


def create_deployment(op: ModuleType) -> None:
    """Create the table of the deployment's identity."""
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("identity", sa.Uuid(), nullable=False),
    )


def create_ended_sessions(op: ModuleType) -> None:
    """Create the table of ended sessions, for a service that follows identity."""
    op.create_table(
        "ended_sessions",
        sa.Column("position", BigInt, primary_key=True, autoincrement=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
    )


def create_bounded_requests(op: ModuleType) -> None:
    """Create the table of requests that are counted (chassis/web/bounds.py)."""
    op.create_table(
        "bounded_requests",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("began_at", BigInt, nullable=False),
        sa.Column("ends_at", BigInt, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.create_index(op.f("ix_bounded_requests_ends_at"), "bounded_requests", ["ends_at"])


def compare_received_events(op: ModuleType) -> None:
    """Let the inbox be asked for the event at a position, and for those that came before their handler."""
    op.add_column("inbox", sa.Column("passed_over", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("followed", sa.Column("pruned_up_to", sa.BigInteger(), server_default="0", nullable=False))
    where = sa.text("passed_over")
    op.create_index("ix_inbox_passed_over", "inbox", ["producer", "name"], postgresql_where=where, sqlite_where=where)
    op.create_index(op.f("ix_inbox_producer_position"), "inbox", ["producer", "position"])


_NOTIFY_ON_INSERT = (
    """
    CREATE FUNCTION tell_of_news() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$
    """,
    "CREATE TRIGGER tell_of_news AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION tell_of_news()",
)


def _partial_index(op: ModuleType, name: str, column: str, condition: str) -> None:
    # Partial, so that it stays as small as the work that is left, however long the log grows.
    where = sa.text(condition)
    op.create_index(name, "outbox", [column], postgresql_where=where, sqlite_where=where)
