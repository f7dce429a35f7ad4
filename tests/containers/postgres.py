"""One PostgreSQL 17 for a whole test run; each test gets a database of its own, copied from a migrated one.

What makes a server survive a power cut is turned off, and its data is kept in memory: no test needs either.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import URL, Engine, NullPool, create_engine, inspect, make_url
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from chassis.storage import migrations
from tests.containers import engine

IMAGE = "postgres:17"
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")
DEADLOCKS_FOUND_SOON = "deadlock_timeout=200ms"

SEND_OTHERS_AWAY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
COUNT_FROM_ONE = "SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences"

_numbers = itertools.count(1)
_idle: dict[str, list[str]] = defaultdict(list)
"""Empty databases that no test uses at the moment, by service."""


@contextmanager
def fresh_database(service: str) -> Iterator[str]:
    """The URL of a migrated, empty database of `service`, which is dropped at the end."""
    name = _copied(service)
    try:
        yield _url(name).render_as_string(hide_password=False)
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def lent_database(service: str) -> Iterator[str]:
    """Lend a migrated, empty database of `service`, and empty it at the end for the next test; yield its URL.

    Emptying a database takes a tenth of the time in which one is copied and dropped. What a test does to the tables
    themselves would stay: a test about migrations takes a fresh one.
    """
    idle = _idle[service]
    name = idle.pop() if idle else _copied(service)
    yield _url(name).render_as_string(hide_password=False)
    _empty(name, service)
    idle.append(name)


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


def _copied(service: str) -> str:
    template = _template(service)
    name = f"{template}_{next(_numbers)}"
    _run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return name


def _empty(name: str, service: str) -> None:
    with create_engine(_url(name), poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(SEND_OTHERS_AWAY)
        # Without foreign keys, tables can be emptied in any order.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(";".join(f'DELETE FROM "{table}"' for table in _tables(service)))
        connection.exec_driver_sql(COUNT_FROM_ONE)


@cache
def _tables(service: str) -> list[str]:
    template = create_engine(_url(_template(service)), poolclass=NullPool)
    return [name for name in inspect(template).get_table_names() if name != "alembic_version"]


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
