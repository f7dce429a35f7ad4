"""Alembic for each service: its own history beside its models, run by `guichet migrate`, never at start-up.

Migrations of the chassis's own tables are in chassis/events/migrations.py.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from chassis.storage.database import Database

SERVICES = Path(__file__).parents[2] / "services"


def migrate(service: str, database_url: str, password: str | None = None) -> None:
    """Bring the service's database to its newest schema; do nothing when it has it."""
    database = Database(database_url, password)
    try:
        with database.engine.connect() as connection:
            config = _config(service)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        database.dispose()


def is_current(service: str, database: Database) -> bool:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head(service)


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def head(service: str) -> str | None:
    """Return the newest revision of a service; None before its first migration."""
    return ScriptDirectory.from_config(_config(service)).get_current_head()
