"""Two deployments on one broker are refused: events of one never reach people of the other."""

import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.cli import main
from chassis.events.deployment import identity_of
from chassis.events.rabbitmq.claim import AnotherDeployment, claim, claim_queue_of
from chassis.events.rabbitmq.transport import DEAD_LETTER_EXCHANGE, RabbitTransport
from chassis.ground.problems import Unavailable
from chassis.storage.database import Database
from tests.containers.rabbitmq import PASSWORDS, BrokerUnderTest
from tests.integration.bus.driving import Consumer, Log, subscribed, takes
from tests.kit.databases import make_migrated
from tests.kit.together import together
from tests.kit.waiting import until

pytestmark = pytest.mark.containers
OURS, THEIRS = uuid.uuid4(), uuid.uuid4()


def claimed(broker: BrokerUnderTest, identity: uuid.UUID) -> bool:
    try:
        claim(broker.of("notifier"), "notifier", identity, DEAD_LETTER_EXCHANGE)
    except AnotherDeployment:
        return False
    return True


def test_a_broker_belongs_to_the_first_deployment_that_claims_it(broker: BrokerUnderTest) -> None:
    assert [claimed(broker, each) for each in (OURS, THEIRS, OURS, uuid.uuid4())] == [True, False, True, False]


def test_of_two_deployments_that_start_at_once_one_is_refused(broker: BrokerUnderTest) -> None:
    outcomes = together(lambda: claimed(broker, OURS), lambda: claimed(broker, THEIRS))

    assert sorted(outcomes) == [False, True]


def test_a_broker_that_lost_its_disk_is_claimed_anew(broker: BrokerUnderTest) -> None:
    assert claimed(broker, OURS)
    broker.forget()
    broker.define()

    assert claimed(broker, THEIRS)


def test_a_producer_does_not_publish_to_the_broker_of_another_deployment(broker: BrokerUnderTest) -> None:
    with subscribed(broker.of("notifier")):
        pass
    ours, theirs = (RabbitTransport(broker.of("identity"), "identity", (), deployment=each) for each in (OURS, THEIRS))
    until(lambda: takes(ours, Log().record()), within=15)

    with pytest.raises(AnotherDeployment):
        theirs.publish(Log().record())

    ours.close()
    assert broker.queue(claim_queue_of("identity"))["arguments"]["x-dead-letter-routing-key"] == str(OURS)


def test_a_consumer_takes_nothing_from_the_broker_of_another_deployment(
    broker: BrokerUnderTest, consumer: Consumer
) -> None:
    claimed(broker, OURS)
    consumer.transport = RabbitTransport(broker.of("notifier"), "notifier", ["identity"], 0.2, deployment=THEIRS)

    with pytest.raises(AnotherDeployment):
        consumer.step().run_once()

    assert broker.queue("guichet.notifier") == {}


def test_a_broker_that_does_not_answer_is_claimed_by_nobody(broker: BrokerUnderTest) -> None:
    broker.forget()

    with pytest.raises(Unavailable):
        claimed(broker, OURS)
    broker.define()


def test_a_database_keeps_its_identity_and_another_has_another(tmp_path: Path) -> None:
    databases = [Database(make_migrated("notifier", tmp_path / name)) for name in ("one.db", "other.db")]

    first, again, other = identity_of(databases[0]), identity_of(databases[0]), identity_of(databases[1])

    for database in databases:
        database.dispose()
    assert first == again != other


def test_a_worker_does_not_start_on_the_broker_of_another_deployment(broker: BrokerUnderTest, tmp_path: Path) -> None:
    claim(broker.of("structures"), "structures", OURS, DEAD_LETTER_EXCHANGE)
    settings = {
        "DATABASE_URL": make_migrated("structures", tmp_path / "structures.db"),
        "IDENTITY_URL": "http://127.0.0.1:9",
        "CLIENT_SECRET": "structures-of-this-test",
        "FEEDS": "identity=http://127.0.0.1:9",
        "BROKER_URL": broker.of("structures").url,
        "BROKER_PASSWORD": PASSWORDS["structures"],
        "DIRECTORY": "stock",
        "DIRECTORY_INDEX": str(tmp_path / "directory.db"),
    }

    answer = CliRunner().invoke(main, ["worker", "structures"], env={f"GUICHET_{k}": v for k, v in settings.items()})

    assert answer.exit_code == 1
    assert "belongs to another deployment" in answer.output
