"""Claim of a broker by one deployment: the broker itself compares, in one step, so that no two can claim it at once.

A queue that never holds a message carries the identity as an argument. RabbitMQ refuses to declare a queue that exists
with other arguments of those it knows, and the key of dead letters is one: the only free text among them.
"""

import uuid

import pika
import structlog
from pika.exceptions import AMQPError, ChannelClosedByBroker

from chassis.events.rabbitmq.broker import Broker
from chassis.events.rabbitmq.depth import connected
from chassis.ground.problems import Unavailable

OTHER_ARGUMENTS = 406
NO_RIGHT = 403

log = structlog.get_logger()


class AnotherDeployment(Exception):
    """Error of a broker that belongs to another deployment of this service."""

    def __init__(self, queue: str) -> None:
        super().__init__(f"The broker belongs to another deployment: docs/operations.md, Two deployments ({queue})")


def claim_queue_of(service: str) -> str:
    return f"guichet.{service}.deployment"


def claim(broker: Broker, service: str, identity: uuid.UUID, dead_letter_exchange: str) -> None:
    """Claim the broker for a deployment. Raises AnotherDeployment, or Unavailable without an answer."""
    try:
        with connected(broker) as connection:
            _declare(connection, claim_queue_of(service), identity, dead_letter_exchange)
    except ChannelClosedByBroker as error:
        if error.reply_code == OTHER_ARGUMENTS:
            raise AnotherDeployment(claim_queue_of(service)) from error
        if error.reply_code != NO_RIGHT:
            raise Unavailable from error
        # Its definitions are of the version before, until it is recreated.
        log.warning("broker cannot be claimed: run `make secrets` and recreate it", queue=claim_queue_of(service))
    except (AMQPError, OSError) as error:
        raise Unavailable from error


def _declare(connection: pika.BlockingConnection, queue: str, identity: uuid.UUID, dead_letter_exchange: str) -> None:
    arguments = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-routing-key": str(identity),
    }
    connection.channel().queue_declare(queue, durable=True, arguments=arguments)
