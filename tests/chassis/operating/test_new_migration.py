"""A changed table gets its migration from the difference between models and migrations."""

import importlib.util
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import CliRunner

from chassis import cli
from chassis.events.outbox import ChassisBase
from chassis.operating import new_migration
from chassis.processes.registry import module_of
from chassis.storage import migrations
from chassis.storage.column_types import BigInt, Json, UtcDateTime
from chassis.storage.database import Database

SERVICE = "notifier"


def changed_models() -> sa.MetaData:
    changed = sa.MetaData(naming_convention=module_of(SERVICE).SERVICE.metadata.naming_convention)
    for table in module_of(SERVICE).SERVICE.metadata.sorted_tables:
        table.to_metadata(changed)
    sa.Table(
        "digests",
        changed,
        sa.Column("id", BigInt, primary_key=True, autoincrement=True),
        sa.Column("settings", Json, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True, index=True),
    )
    changed.tables["recipients"].append_column(sa.Column("language", sa.String(2), nullable=True))
    return changed


def apply(path: Path, connection: sa.Connection) -> None:
    spec = importlib.util.spec_from_file_location("drafted", path)
    assert spec
    assert spec.loader
    drafted = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drafted)
    with Operations.context(MigrationContext.configure(connection)):
        drafted.upgrade()


def test_a_drafted_migration_leads_to_the_changed_models(tmp_path: Path) -> None:
    changed = changed_models()

    path = new_migration.write(SERVICE, "Digests, and a recipient's language", changed, tmp_path)

    database = Database(f"sqlite:///{tmp_path}/{SERVICE}.db")
    migrations.migrate(SERVICE, database.url)
    with database.engine.begin() as connection:
        apply(path, connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, [ChassisBase.metadata, changed])  # type: ignore[arg-type]
    database.dispose()
    assert differences == []


def test_a_drafted_migration_follows_the_newest_one_and_is_named_by_its_message(tmp_path: Path) -> None:
    newest = migrations.head(SERVICE)
    assert newest

    path = new_migration.write(SERVICE, "Digests, and a recipient's language", changed_models(), tmp_path)

    assert path.name == f"{int(newest) + 1:04}_digests_and_a_recipient_s_language.py"
    assert f'down_revision = "{newest}"' in path.read_text()


def test_the_message_cannot_break_out_of_the_file(tmp_path: Path) -> None:
    path = new_migration.write(SERVICE, 'a """quoted\\" message', changed_models(), tmp_path)

    compile(path.read_text(), path, "exec")


@pytest.mark.parametrize("service", ["identity", "notifier"])
def test_models_without_a_change_get_no_migration(service: str) -> None:
    before = set((migrations.SERVICES / service / "migrations" / "versions").iterdir())

    refused = CliRunner().invoke(cli.main, ["migration", service, "nothing"])

    assert refused.exit_code == 1
    assert "lead to the models already" in refused.output
    assert set((migrations.SERVICES / service / "migrations" / "versions").iterdir()) == before
