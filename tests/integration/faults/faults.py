"""The faults of the suite: each is applied on entering and lifted on leaving."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from tests.integration.deployment import Deployment
from tests.kit.waiting import until

APIS = ("gateway", "identity", "structures", "espaces", "notifier")
WORKERS = ("identity-worker", "structures-worker", "espaces-worker", "notifier-worker")
CUTS = (
    ("espaces-worker", "bus"),
    ("identity-worker", "bus"),
    ("notifier-worker", "data"),
    ("structures-worker", "data"),
    ("identity", "data"),
)
SEVERAL_TRIES = 12
"""Seconds. In the deployment of the tests a mail is tried again after 1 s, and then every 2 s."""
EVERYDAY = frozenset(
    {
        "kill -9 identity",
        "kill -9 structures-worker",
        "kill -9 rabbitmq",
        "rabbitmq lost with its disk",
        "kill -9 postgres",
        "espaces-worker cut off from bus",
        "mail server down",
    }
)
"""One of each kind, for `make test`; a poison event has a test of its own. The others are for `make faults`."""


@dataclass(frozen=True)
class Fault:
    name: str
    of: Callable[[Deployment], AbstractContextManager[None]]
    lasts: float
    """Seconds between applying and lifting."""
    may_double_mails: bool = False
    """Where the mail server or the notifier can die between acceptance and knowing of it; these mails are counted."""


@contextmanager
def killed(deployment: Deployment, service: str) -> Iterator[None]:
    deployment.docker("kill", service, "--signal=KILL")
    try:
        yield
    finally:
        deployment.docker("start", service)


@contextmanager
def stopped(deployment: Deployment, service: str) -> Iterator[None]:
    deployment.docker("stop", service)
    try:
        yield
    finally:
        deployment.docker("start", service)


@contextmanager
def paused(deployment: Deployment, service: str) -> Iterator[None]:
    deployment.docker("pause", service)
    try:
        yield
    finally:
        deployment.docker("unpause", service)


@contextmanager
def broker_lost_with_its_disk(deployment: Deployment) -> Iterator[None]:
    deployment.compose("rm", "--force", "--stop", "--volumes", "rabbitmq")
    deployment.remove_volume("broker")
    try:
        yield
    finally:
        deployment.compose("up", "--detach", "--no-deps", "rabbitmq")


@contextmanager
def cut_off(deployment: Deployment, service: str, network: str) -> Iterator[None]:
    deployment.disconnect(service, network)
    try:
        yield
    finally:
        deployment.connect(service, network)


@contextmanager
def database_connections_cut(deployment: Deployment) -> Iterator[None]:
    """In the middle of transactions: often enough to meet some."""
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'postgres' AND pid <> pg_backend_pid()"
    )
    for _ in range(15):
        deployment.execute_sql("postgres", cut)
    yield


@contextmanager
def broker_disk_full(deployment: Deployment) -> Iterator[None]:
    """The broker's alarm: it takes no more messages, and goes on delivering."""
    deployment.execute("rabbitmq", "rabbitmqctl", "-q", "set_disk_free_limit", "999GB")
    try:
        yield
    finally:
        deployment.execute("rabbitmq", "rabbitmqctl", "-q", "set_disk_free_limit", "100MB")


@contextmanager
def two_relays(deployment: Deployment) -> Iterator[None]:
    """A second worker beside the first, which is then killed: the second one takes over."""
    deployment.compose(
        "up", "--detach", "--no-deps", "--no-recreate", "--scale=structures-worker=2", "structures-worker"
    )
    try:
        yield
        deployment.docker("kill", "structures-worker", "--signal=KILL")
        yield_to_the_second(deployment)
        deployment.docker("start", "structures-worker")
    finally:
        deployment.compose(
            "up", "--detach", "--no-deps", "--no-recreate", "--scale=structures-worker=1", "structures-worker"
        )


def yield_to_the_second(deployment: Deployment) -> None:
    """Waits until the seat of the relay is taken again."""
    held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    until(lambda: deployment.rows("structures", held), within=30)


def all_faults() -> Sequence[Fault]:
    return (
        *(Fault(f"kill -9 {name}", partial(killed, service=name), 2) for name in APIS),
        *(Fault(f"kill -9 {name}", partial(killed, service=name), 2, name == "notifier-worker") for name in WORKERS),
        Fault("kill -9 rabbitmq", partial(killed, service="rabbitmq"), 4),
        Fault("rabbitmq paused", partial(paused, service="rabbitmq"), 25),
        Fault("rabbitmq lost with its disk", broker_lost_with_its_disk, 5),
        Fault("disk of rabbitmq full", broker_disk_full, 15),
        Fault("postgres stopped", partial(stopped, service="postgres"), 5),
        Fault("kill -9 postgres", partial(killed, service="postgres"), 3),
        Fault("postgres paused", partial(paused, service="postgres"), 10),
        Fault("database connections cut in mid-transaction", database_connections_cut, 1),
        *(
            Fault(f"{name} cut off from {network}", partial(cut_off, service=name, network=network), 12)
            for name, network in CUTS
        ),
        Fault("two relays at once", two_relays, 8),
        Fault("mail server down", partial(stopped, service="mailsink"), SEVERAL_TRIES),
        Fault("kill -9 the mail server", partial(killed, service="mailsink"), 3, may_double_mails=True),
    )
