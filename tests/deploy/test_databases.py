"""deploy/postgres/10-databases.sh on a real server: each service alone with its data."""

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
    return psycopg.connect(
        host=server.get_container_host_ip(),
        port=server.get_exposed_port(5432),
        user=role,
        dbname=database,
        password=(secrets / f"{role}-database-password").read_text(),
    )


@pytest.mark.parametrize("role", SERVICES)
def test_a_service_keeps_its_data_in_a_database_of_its_own(
    role: str, server: PostgresContainer, folder_of_secrets: Path
) -> None:
    with connected(server, role, role, folder_of_secrets) as connection:
        connection.execute("CREATE TABLE kept (what int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'").fetchone()
        connection.rollback()

    assert owner == (role,)


@pytest.mark.parametrize("role", SERVICES)
def test_a_service_reaches_no_other_database(role: str, server: PostgresContainer, folder_of_secrets: Path) -> None:
    for database in {*SERVICES, "postgres", "template1"} - {role}:
        with pytest.raises(psycopg.OperationalError, match="does not have CONNECT privilege"):
            connected(server, role, database, folder_of_secrets)


@pytest.mark.parametrize("role", SERVICES)
def test_a_service_is_no_administrator(role: str, server: PostgresContainer, folder_of_secrets: Path) -> None:
    with connected(server, role, role, folder_of_secrets) as connection:
        powers = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()

    assert powers == (False, False, False, False, False)


def test_running_it_again_sets_the_passwords_anew_and_keeps_the_data(
    server: PostgresContainer, folder_of_secrets: Path
) -> None:
    with connected(server, "espaces", "espaces", folder_of_secrets) as connection:
        connection.execute("CREATE TABLE staying (what int)")
    secret = folder_of_secrets / "espaces-database-password"
    secret.chmod(0o644)
    secret.write_text("another-password-of-the-operator")

    done = server.exec(["bash", "/docker-entrypoint-initdb.d/10-databases.sh"])

    assert done.exit_code == 0, done.output
    with connected(server, "espaces", "espaces", folder_of_secrets) as connection:
        assert connection.execute("SELECT count(*) FROM staying").fetchone() == (0,)
