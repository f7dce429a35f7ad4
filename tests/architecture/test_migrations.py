"""What holds for the databases of every service."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.events.outbox import ChassisBase
from chassis.processes.service import AnyService
from chassis.storage import migrations
from chassis.storage.database import Database
from tests.kit.fleet import services


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_the_migrations_lead_to_the_models(service: AnyService, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{service.name}.db"

    migrations.migrate(service.name, url)

    database = Database(url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, [ChassisBase.metadata, service.metadata])  # type: ignore[arg-type]
    database.dispose()
    assert differences == []


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_migrating_twice_changes_nothing_and_the_service_is_then_ready(service: AnyService, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{service.name}.db"

    migrations.migrate(service.name, url)
    migrations.migrate(service.name, url)

    database = Database(url)
    assert migrations.is_current(service.name, database)
    database.dispose()
