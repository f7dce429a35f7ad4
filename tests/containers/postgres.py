"""One PostgreSQL 17 for a whole test run; each test gets a database of its own, copied from a migrated one.

What makes a server survive a power cut is turned off, and its data is kept in memory: no test needs either.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from chassis.storage import migrations
from tests.containers import engine

IMAGE = "postgres:17"
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")
DEADLOCKS_FOUND_SOON = "deadlock_timeout=200ms"

_numbers = itertools.count(1)


@contextmanager
def fresh_database(service: str) -> Iterator[str]:
    """The URL of a migrated, empty database of `service`, which is dropped at the end."""
    template = _template(service)
    name = f"{template}_{next(_numbers)}"
    _run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield _url(name).render_as_string(hide_password=False)
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")


def close(url: str) -> None:
    """Lets nobody in, and sends away who is there: to its service, the database is down."""
    name = make_url(url).database
    _run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    _run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def open_again(url: str) -> None:
    _run(f"ALTER DATABASE {make_url(url).database} WITH ALLOW_CONNECTIONS true")


@cache
def _server() -> Engine:
    """Started by the first test that needs it, and removed with the other containers when the run ends."""
    testcontainers_config.ryuk_disabled = True
    settings = [word for setting in (*HASTE, DEADLOCKS_FOUND_SOON) for word in ("-c", setting)]
    container = PostgresContainer(IMAGE, driver="psycopg", command=["postgres", *settings], labels=engine.labels())
    container.with_tmpfs_mount("/var/lib/postgresql/data")
    container.start()
    return create_engine(container.get_connection_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)


@cache
def _template(service: str) -> str:
    name = f"guichet_{service}"
    _run(f"CREATE DATABASE {name}")
    migrations.migrate(service, _url(name).render_as_string(hide_password=False))
    return name


def _url(database: str) -> URL:
    return make_url(_server().url).set(database=database)


def _run(statement: str) -> None:
    with _server().connect() as connection:
        connection.exec_driver_sql(statement)
