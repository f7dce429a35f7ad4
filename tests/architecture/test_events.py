"""What holds for the events between the services."""

import pytest

from chassis.events import contracts
from chassis.events.inbox import producers_of
from chassis.processes.service import AnyService
from tests.kit.fleet import services

TERMINAL = {
    "structures.attachment_cancelled.v1": "no other service keeps requests for attachment; the history will",
}


def handled() -> set[str]:
    return {name for service in services() for name in service.handlers}


def test_every_event_is_handled_somewhere_or_listed_as_terminal() -> None:
    unheard = contracts.event_names() - handled() - TERMINAL.keys()

    assert unheard == frozenset()


def test_every_handler_and_every_terminal_event_has_a_contract() -> None:
    unknown = (handled() | TERMINAL.keys()) - contracts.event_names()

    assert unknown == set()


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_a_service_does_not_follow_itself_or_a_stranger(service: AnyService) -> None:
    names = {other.name for other in services()} - {service.name}

    assert producers_of(service.handlers) <= names


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_a_feed_is_read_by_who_applies_its_events_and_by_no_other(service: AnyService) -> None:
    followers = {other.name for other in services() if service.name in producers_of(other.handlers)}

    assert service.followers == followers


def test_every_event_is_recorded_by_the_service_it_is_named_after() -> None:
    names = {service.name for service in services()}

    strangers = {name for name in contracts.event_names() if contracts.producer_of(name) not in names}

    assert strangers == set()
