"""Draft a migration: the difference between a service's models and its migrations so far, as Python."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from sqlalchemy import JSON, BigInteger, Enum, MetaData

from chassis.events.outbox import ChassisBase
from chassis.storage import migrations
from chassis.storage.column_types import UtcDateTime
from chassis.storage.database import Database

_TEMPLATE = '''"""{message}."""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = "{previous}"


def upgrade() -> None:
    {statements}
'''


class NothingToMigrate(Exception):
    """Raised when the migrations of a service lead to its models already."""


def write(service: str, message: str, metadata: MetaData, folder: Path | None = None) -> Path:
    """Write the next migration of `service` into `folder` (default: its `migrations/versions`); return its path.

    Raises NothingToMigrate when there is no difference. The file is a draft: rows that exist need values, and
    Alembic takes a renamed column for one that is dropped and another that is added.
    """
    previous = migrations.head(service)
    revision = f"{int(previous or 0) + 1:04}"
    imports, statements = _difference(service, metadata)
    source = _TEMPLATE.format(
        message=message.rstrip(".").replace("\\", "/").replace('"', "'"),
        imports=f"\nfrom chassis.storage.column_types import {', '.join(sorted(imports))}\n" if imports else "",
        revision=revision,
        previous=previous,
        statements=statements,
    )
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
    path = (folder or migrations.SERVICES / service / "migrations" / "versions") / f"{revision}_{slug}.py"
    path.write_text(source, "utf-8")
    return path


def _difference(service: str, metadata: MetaData) -> tuple[set[str], str]:
    """Return imports and statements that lead from the newest migration to the models."""
    imports: set[str] = set()
    with _migrated(service) as context:
        operations = produce_migrations(context, _with_chassis_tables(metadata)).upgrade_ops
        if operations is None or operations.is_empty():
            raise NothingToMigrate
        statements = render_python_code(operations, render_item=_in_our_types(imports), migration_context=context)
    code = [line for line in statements.splitlines() if not line.strip().startswith("#")]
    return imports, "\n".join(code).strip()


@contextmanager
def _migrated(service: str) -> Iterator[MigrationContext]:
    """Open an empty SQLite database with every migration applied."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/{service}.db"
        migrations.migrate(service, url)
        database = Database(url)
        try:
            with database.engine.connect() as connection:
                yield MigrationContext.configure(connection, opts={"compare_type": True})
        finally:
            database.dispose()


def _with_chassis_tables(metadata: MetaData) -> MetaData:
    every = MetaData(naming_convention=metadata.naming_convention)
    for table in (*ChassisBase.metadata.sorted_tables, *metadata.sorted_tables):
        table.to_metadata(every)
    return every


def _in_our_types(imports: set[str]) -> Any:
    """Return a renderer of column types of chassis.storage.column_types; it adds their names to `imports`."""

    def render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
        if kind != "type":
            return False
        if isinstance(item, Enum):
            return f"sa.String({item.length})"
        for type_, name in ((UtcDateTime, "UtcDateTime()"), (BigInteger, "BigInt"), (JSON, "Json")):
            if isinstance(item, type_):
                imports.add(name.removesuffix("()"))
                return name
        return False

    return render
