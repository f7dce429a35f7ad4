"""deploy/postgres/10-databases.sh on a real server: each service alone with its data, its schema another role's."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from deploy.secrets import SERVICES
from tests.containers import engine
from tests.deploy.conftest import DEPLOY

pytestmark = pytest.mark.containers

ROLES = (*SERVICES, *(f"{service}_owner" for service in SERVICES))


@pytest.fixture(scope="module")
def server(folder_of_secrets: Path) -> Iterator[PostgresContainer]:
    testcontainers_config.ryuk_disabled = True
    container = PostgresContainer("postgres:17", username="postgres", labels=engine.labels())
    container.with_tmpfs_mount("/var/lib/postgresql/data")
    container.with_volume_mapping(str(DEPLOY / "postgres"), "/docker-entrypoint-initdb.d", "ro")
    container.with_volume_mapping(str(folder_of_secrets), "/run/secrets", "ro")
    # The folder itself is its owner's alone, as Compose mounts its files one by one.
    folder_of_secrets.chmod(0o755)
    with container:
        yield container
    folder_of_secrets.chmod(0o700)


def connected(
    server: PostgresContainer, role: str, database: str, secrets: Path
) -> "psycopg.Connection[tuple[object, ...]]":
    """Open a connection as a service's own role, or as the owner of its schema."""
    return psycopg.connect(
        host=server.get_container_host_ip(),
        port=server.get_exposed_port(5432),
        user=role,
        dbname=database,
        password=(secrets / f"{role.replace('_', '-')}-database-password").read_text(),
    )


@pytest.mark.parametrize("role", SERVICES)
def test_a_service_reads_and_writes_the_rows_of_tables_that_another_role_owns(
    role: str, server: PostgresContainer, folder_of_secrets: Path
) -> None:
    with connected(server, f"{role}_owner", role, folder_of_secrets) as owner:
        owner.execute("CREATE TABLE kept (number bigserial, what int)")

    with connected(server, role, role, folder_of_secrets) as connection:
        connection.execute("INSERT INTO kept (what) VALUES (1), (2)")
        connection.execute("DELETE FROM kept WHERE what = 1")
        connection.execute("UPDATE kept SET what = 3")
        connection.execute("CREATE TEMPORARY TABLE fresh AS SELECT * FROM kept")
        assert connection.execute("SELECT number, what FROM fresh").fetchall() == [(2, 3)]


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine (what int)", "ALTER TABLE held ADD more int", "DROP TABLE held"]
)
@pytest.mark.parametrize("role", SERVICES)
def test_a_service_changes_no_table(
    role: str, statement: str, server: PostgresContainer, folder_of_secrets: Path
) -> None:
    with connected(server, f"{role}_owner", role, folder_of_secrets) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS held (what int)")

    with (
        connected(server, role, role, folder_of_secrets) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("role", ROLES)
def test_a_service_reaches_no_other_database(role: str, server: PostgresContainer, folder_of_secrets: Path) -> None:
    for database in {*SERVICES, "postgres", "template1"} - {role.removesuffix("_owner")}:
        with pytest.raises(psycopg.OperationalError, match="does not have CONNECT privilege"):
            connected(server, role, database, folder_of_secrets)


@pytest.mark.parametrize("role", ROLES)
def test_a_service_is_no_administrator(role: str, server: PostgresContainer, folder_of_secrets: Path) -> None:
    with connected(server, role, role.removesuffix("_owner"), folder_of_secrets) as connection:
        powers = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()

    assert powers == (False, False, False, False, False)


def test_running_it_again_sets_the_passwords_anew_and_keeps_the_data(
    server: PostgresContainer, folder_of_secrets: Path
) -> None:
    with connected(server, "espaces_owner", "espaces", folder_of_secrets) as owner:
        owner.execute("CREATE TABLE staying (what int)")
    secret = folder_of_secrets / "espaces-database-password"
    secret.chmod(0o644)
    secret.write_text("another-password-of-the-operator")

    done = server.exec(["bash", "/docker-entrypoint-initdb.d/10-databases.sh"])

    assert done.exit_code == 0, done.output
    with connected(server, "espaces", "espaces", folder_of_secrets) as connection:
        assert connection.execute("SELECT count(*) FROM staying").fetchone() == (0,)


def test_a_schema_that_the_service_owned_itself_in_an_earlier_version_passes_to_its_owner(
    server: PostgresContainer, folder_of_secrets: Path
) -> None:
    as_before = "ALTER DATABASE notifier OWNER TO notifier; SET ROLE notifier; CREATE TABLE older (number bigserial)"
    server.exec(["psql", "-U", "postgres", "-d", "notifier", "-c", as_before])

    done = server.exec(["bash", "/docker-entrypoint-initdb.d/10-databases.sh"])

    assert done.exit_code == 0, done.output
    with connected(server, "notifier_owner", "notifier", folder_of_secrets) as owner:
        owner.execute("ALTER TABLE older ADD what int")
    with connected(server, "notifier", "notifier", folder_of_secrets) as connection:
        connection.execute("INSERT INTO older (what) VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE older")
