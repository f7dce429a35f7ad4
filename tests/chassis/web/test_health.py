"""Whether a process lives, and whether it can do its work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from chassis.ground.settings import Secret, ServiceSettings
from chassis.processes.service import create_app
from chassis.storage import migrations
from tests.chassis.toy import TOY


def an_app(url: str) -> Flask:
    settings = ServiceSettings(
        database_url=url, identity_url="http://127.0.0.1:9", client_secret=Secret("a-secret-of-this-test")
    )
    return create_app(TOY, settings)


def told(app: Flask, path: str) -> tuple[int, str]:
    answer = app.test_client().get(path)
    said = answer.get_json()
    return answer.status_code, said.get("code") or said["status"]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = an_app(f"sqlite:///{tmp_path}/some.db")
    yield made
    made.extensions["guichet.service"].database.dispose()


def test_a_process_lives_but_is_not_ready_before_its_database_is_migrated(app: Flask) -> None:
    assert told(app, "/ready") == (503, "not_migrated")
    assert told(app, "/live") == (200, "live")


def test_a_process_is_ready_once_its_database_is_migrated(app: Flask) -> None:
    migrations.migrate(TOY.name, app.extensions["guichet.service"].database.url)

    assert told(app, "/ready") == (200, "ready")


def test_a_process_whose_database_does_not_answer_is_not_ready_and_lives(tmp_path: Path) -> None:
    app = an_app(f"sqlite:///{tmp_path}/no/such/folder/some.db")

    assert told(app, "/ready") == (503, "unavailable")
    assert told(app, "/live") == (200, "live")


@pytest.mark.parametrize(
    ("revision", "answer"),
    [
        ("0999", (200, "ready")),
        ("1001", (503, "not_migrated")),
        ("0001", (503, "not_migrated")),
    ],
    ids=["of a later version", "of a later generation", "of an earlier version"],
)
def test_a_process_is_ready_on_tables_that_were_only_added_to(
    app: Flask, revision: str, answer: tuple[int, str]
) -> None:
    running = app.extensions["guichet.service"]
    migrations.migrate(running.name, running.settings.database_url)
    with running.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})

    assert told(app, "/ready") == answer
