"""Reading one's own writes: a request waits for the events that its sender has caused."""

import threading
import uuid
from collections.abc import Iterator

import pytest

from chassis.ground.problems import CatchingUp
from chassis.storage.database import Database
from chassis.web import read_your_writes
from tests.chassis.toy import TOY
from tests.chassis.wire import an_event
from tests.kit.support import ServiceUnderTest, service_under_test


@pytest.fixture
def toy() -> Iterator[ServiceUnderTest]:
    with service_under_test(TOY) as running:
        yield running


def wait(database: Database, header: str, seconds: float = 0.1) -> None:
    read_your_writes.wait_for(header, database, {"identity"}, longest=seconds)


def test_a_request_waits_until_the_event_has_arrived(toy: ServiceUnderTest) -> None:
    event = an_event(position=1)
    waiting = threading.Thread(target=wait, args=(toy.database, f"identity:{event.id}", 10.0))

    waiting.start()
    assert waiting.is_alive()
    toy.inbox.receive([event])
    waiting.join(5)

    assert not waiting.is_alive()


def test_a_request_gives_up_when_the_event_does_not_arrive_in_time(toy: ServiceUnderTest) -> None:
    with pytest.raises(CatchingUp):
        wait(toy.database, f"identity:{uuid.uuid4()}")


@pytest.mark.parametrize(
    "header",
    ["", "structures:6f1c2d0e-8a4b-4c3d-9e5f-0a1b2c3d4e5f", "identity:not-a-uuid", "nonsense", ",,:,", "identity:"],
)
def test_what_this_service_will_never_hear_of_is_not_waited_for(toy: ServiceUnderTest, header: str) -> None:
    wait(toy.database, header)


def test_a_service_that_is_behind_says_so_and_when_to_come_again() -> None:
    with service_under_test(TOY) as toy:
        toy.app.extensions["guichet.service"].followed = frozenset({"structures"})
        behind = {"Guichet-After": f"structures:{uuid.uuid4()}"}
        answer = toy.client.get("/whoami", headers={**toy.person_headers(41), **behind})
        stranger = toy.client.get("/things", headers=behind)

    assert stranger.status_code == 200
    assert (answer.status_code, answer.get_json()["code"], answer.headers["Retry-After"]) == (503, "catching_up", "1")
