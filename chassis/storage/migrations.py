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


def migrate(service: str, database_url: str) -> None:
    """Bring the service's database to its newest schema; do nothing when it has it."""
    migrate_database(service, Database(database_url))


def migrate_database(service: str, database: Database) -> None:
    """Do the same, and dispose of the database in the end."""
    try:
        with database.engine.connect() as connection:
            config = _config(service)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        database.dispose()


def is_current(service: str, database: Database) -> bool:
    """Return whether the database has exactly the revision that this version of the code ends with."""
    return _revision(database) == head(service)


def is_usable(service: str, database: Database) -> bool:
    """Return whether this version of the code can work with the database: its own revision, or one that expands it.

    Migrations only add, so that old and new processes run side by side while one replaces the other. The first digit
    is the generation: a migration that takes something away begins the next one, which older code cannot live with.
    """
    revision, own = _revision(database), head(service)
    return revision is not None and own is not None and revision >= own and revision[0] == own[0]


def _revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def head(service: str) -> str | None:
    """Return the newest revision of a service; None before its first migration."""
    return ScriptDirectory.from_config(_config(service)).get_current_head()
