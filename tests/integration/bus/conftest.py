"""A broker, a database and a consumer for each test, and a look at what it leaves behind."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.storage import migrations
from chassis.storage.database import Database
from tests.containers import postgres
from tests.containers.rabbitmq import BrokerUnderTest, fresh_broker
from tests.integration.bus.driving import AppliedBase, Consumer, Log
from tests.integration.bus.proxy import Proxy, a_proxy
from tests.kit.waiting import until


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """No thread of a connection, and no socket: one that nobody closed warns when it is collected."""
    yield
    until(lambda: not any("amqp" in thread.name for thread in threading.enumerate()), within=15)
    gc.collect()


@pytest.fixture
def broker(nothing_left_open: None) -> Iterator[BrokerUnderTest]:
    with fresh_broker() as made:
        yield made


@pytest.fixture
def proxy(broker: BrokerUnderTest) -> Iterator[Proxy]:
    with a_proxy(broker.host, broker.amqp_port) as made:
        yield made


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The notifier's, for what has nothing to do with databases."""
    url = f"sqlite:///{tmp_path}/notifier.db"
    migrations.migrate("notifier", url)
    with_applied = Database(url)
    AppliedBase.metadata.create_all(with_applied.engine)
    yield with_applied
    with_applied.dispose()


@pytest.fixture
def consumer(broker: BrokerUnderTest, log: Log, database: Database) -> Consumer:
    return Consumer(broker.of("notifier"), {"identity": log}, database)


@pytest.fixture
def postgresql(nothing_left_open: None) -> Iterator[Database]:
    """Identity's, on PostgreSQL."""
    with postgres.fresh_database("identity") as url:
        database = Database(url)
        yield database
        database.dispose()
