"""What docs/operations.md has an operator run after a restore does what it promises."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.storage.database import Database
from tests.kit import databases
from tests.kit.databases import POSTGRESQL, fresh_database

pytestmark = pytest.mark.containers

JUMP = re.compile(r"<<'SQL'\n(do \$\$.*?)\nSQL\n", re.DOTALL)
INSERTED = (
    "INSERT INTO outbox (id, name, occurred_at, correlation_id, payload) "
    "VALUES (gen_random_uuid(), 'identity.account_activated.v1', now(), '', '{}') RETURNING seq"
)


def test_no_number_that_was_given_before_a_restore_is_given_after_it() -> None:
    (statement,) = JUMP.findall(Path("docs/operations.md").read_text())
    with databases.chosen(POSTGRESQL), fresh_database("identity") as url:
        database = Database(url)
        with database.writing() as session:
            given = session.scalars(text(INSERTED)).one()
        for _ in range(2):  # a restore may be repeated
            with database.writing() as session:
                session.execute(text(statement.replace(":=", r"\:=")))
        with database.writing() as session:
            next_one = session.scalars(text(INSERTED)).one()
            untouched = session.scalar(text("SELECT nextval(pg_get_serial_sequence('accounts', 'id'))"))
        database.dispose()

    assert next_one > given + 2_000_000
    assert untouched > 2_000_000
