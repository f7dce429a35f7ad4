"""Part 1: a route with one indexed read, and the access check, against bare Flask with an equal query."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bench import load, rows
from bench.containers import Postgres
from bench.measurement import Effort, Figure, in_turns
from bench.servers import Servers, running

ROWS = 1_000
CHECKS = 20
"""Access checks in one POST."""
DIRECT, THROUGH_GATEWAY = 0.70, 0.45


@dataclass(frozen=True)
class Route:
    name: str
    service: str
    ours: Sequence[str]
    """Requests to the service; the gateway has them under /api/v1."""
    floor: Sequence[str]

    @property
    def through_gateway(self) -> list[str]:
        return [request.replace(" /", " /api/v1/", 1) for request in self.ours]


def measure(postgres: Postgres, effort: Effort) -> Iterator[Figure]:
    with running(postgres) as servers:
        for route in filled(postgres, servers, ROWS):
            yield from compared(servers, route, effort, ("direct", "gateway"))


def filled(postgres: Postgres, servers: Servers, count: int) -> list[Route]:
    """Return the routes over tables of `count` rows each, with callers from all parts of them."""
    for service in rows.TABLES:
        rows.fill(postgres.dsn(service), service, count)
    application, people = servers.application(), [count * n // rows.PEOPLE for n in range(1, rows.PEOPLE + 1)]
    checks = [_check(person) for person in people]
    bodies = [{"checks": (checks * 2)[start : start + CHECKS]} for start in range(rows.PEOPLE)]
    paths = [f"/access?{urlencode(check)}" for check in checks]
    return [
        Route(
            "GET /accounts/me",
            "identity",
            [load.request("GET", "/accounts/me", servers.person(person)) for person in people],
            [load.request("GET", f"/accounts/{person}") for person in people],
        ),
        Route(
            "GET /access",
            "espaces",
            [load.request("GET", path, application) for path in paths],
            [load.request("GET", path) for path in paths],
        ),
        Route(
            f"POST /access/checks, {CHECKS} at once",
            "espaces",
            [load.request("POST", "/access/checks", application, body) for body in bodies],
            [load.request("POST", "/access/checks", "", body) for body in bodies],
        ),
    ]


def _check(person: int) -> dict[str, int | str]:
    return {
        "account_id": person,
        "structure_id": person,
        "espace": rows.ESPACE,
        "permission": rows.PERMISSION,
    }


def compared(servers: Servers, route: Route, effort: Effort, ways: Sequence[str]) -> Iterator[Figure]:
    """Yield a figure for each way: straight to the service, or through the gateway."""
    busiest = [0.0]

    def under(name: str, requests: Sequence[str]) -> Callable[[], float]:
        def measured() -> float:
            result = load.put(servers.ports[name], requests, effort.seconds)
            busiest.append(result.busy)
            return result.per_second

        return measured

    floor, *results = in_turns(
        effort.rounds,
        under(f"bare {route.service}", route.floor),
        *(under(*_WAYS[way](route)) for way in ways),
    )
    for way, ours in zip(ways, results, strict=True):
        name, aim = _LABELS[way]
        yield Figure(route.name + name, "requests/s", floor, ours, aim, details={"busiest load": max(busiest)})


_WAYS: dict[str, Callable[[Route], tuple[str, Sequence[str]]]] = {
    "direct": lambda route: (route.service, route.ours),
    "gateway": lambda route: ("gateway", route.through_gateway),
}
_LABELS = {"direct": ("", DIRECT), "gateway": (", through the gateway", THROUGH_GATEWAY)}
