"""Waiting for what somebody else commits."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.storage.database import Database
from chassis.storage.polling import poll_until


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/any.db")
    with database.writing() as session:
        session.execute(text("CREATE TABLE news (number INTEGER)"))
    yield database
    database.dispose()


class Reader:
    """Counts its looks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.looks = 0
        self.looked = threading.Event()

    def news(self) -> int:
        with self.database.reading() as session:
            found = session.scalar(text("SELECT count(*) FROM news")) or 0
        self.looks += 1
        self.looked.set()
        return found


def tell(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("INSERT INTO news VALUES (1)"))


def test_what_is_there_already_is_found_at_once(database: Database) -> None:
    tell(database)

    assert poll_until(Reader(database).news, database, 0, 1) == 1


def test_what_is_committed_while_one_waits_is_found(database: Database) -> None:
    reader = Reader(database)

    def tells_after_the_first_look() -> None:
        assert reader.looked.wait(5)
        tell(database)

    telling = threading.Thread(target=tells_after_the_first_look)
    telling.start()
    found = poll_until(reader.news, database, 10, 0.001)
    telling.join()

    assert found == 1
    assert reader.looks == 2


def test_nobody_looks_again_while_nothing_is_committed(database: Database) -> None:
    reader = Reader(database)

    assert poll_until(reader.news, database, 0.1, 0.001) == 0
    assert reader.looks == 1


def test_what_was_committed_without_news_is_looked_at_and_waited_on(database: Database) -> None:
    reader = Reader(database)

    def changes_something_else() -> None:
        assert reader.looked.wait(5)
        reader.looked.clear()
        with database.writing() as session:
            session.execute(text("CREATE TABLE other (number INTEGER)"))
        assert reader.looked.wait(5)
        tell(database)

    changing = threading.Thread(target=changes_something_else)
    changing.start()
    found = poll_until(reader.news, database, 10, 0.001)
    changing.join()

    assert found == 1
    assert reader.looks == 3
