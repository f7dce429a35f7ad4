"""Part 5: growth of these figures with ever more rows. A flat line is the aim: old rows make nothing new slower."""

from collections.abc import Iterator
from dataclasses import replace

from bench import events, routes
from bench.events import Place
from bench.measurement import Effort, Figure
from bench.servers import running


def measure(place: Place, effort: Effort) -> Iterator[Figure]:
    place.prepare()
    for count in effort.growth:
        for figure in (events.relay(place, effort.lighter, count), events.inbox(place, effort.lighter, count)):
            yield _over(count, figure)
    with running(place.postgres) as servers:
        for count in effort.growth:
            for route in routes.filled(place.postgres, servers, count):
                for figure in routes.compared(servers, route, effort.lighter, ["direct"]):
                    yield _over(count, figure)


def _over(count: int, figure: Figure) -> Figure:
    return replace(figure, rows=count)
