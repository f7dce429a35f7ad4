"""Part 1: a route with one indexed read, and the access check, against bare Flask with the same query."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bench import load, rows
from bench.containers import Postgres
from bench.load import Load
from bench.measuring import Effort, Figure, in_turns
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
    """The requests that are put to the service; the gateway has the same under /api/v1."""
    floor: Sequence[str]

    @property
    def through_gateway(self) -> list[str]:
        return [request.replace(" /", " /api/v1/", 1) for request in self.ours]


def measure(postgres: Postgres, effort: Effort) -> Iterator[Figure]:
    with running(postgres) as servers:
        for service in rows.TABLES:
            rows.fill(postgres.dsn(service), service, ROWS)
        for route in routes(servers):
            yield from _figures(servers, route, effort)


def routes(servers: Servers) -> list[Route]:
    application, people = servers.application(), range(1, rows.PEOPLE + 1)
    checks = [_check(person) for person in people]
    bodies = [{"checks": (checks * 2)[start : start + CHECKS]} for start in range(rows.PEOPLE)]
    one = [f"/access?{urlencode(check)}" for check in checks]
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
            [load.request("GET", path, application) for path in one],
            [load.request("GET", path) for path in one],
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


def _figures(servers: Servers, route: Route, effort: Effort) -> Iterator[Figure]:
    seen: list[Load] = []

    def under(name: str, requests: Sequence[str]) -> Callable[[], float]:
        def measured() -> float:
            seen.append(load.put(servers.ports[name], requests, effort.seconds))
            return seen[-1].per_second

        return measured

    floor, direct, gateway = in_turns(
        effort.rounds,
        under(f"bare {route.service}", route.floor),
        under(route.service, route.ours),
        under("gateway", route.through_gateway),
    )
    details = {"busiest_load": max(one.busy for one in seen)}
    yield Figure(route.name, "requests/s", floor, direct, DIRECT, details=details)
    yield Figure(f"{route.name}, through the gateway", "requests/s", floor, gateway, THROUGH_GATEWAY, details=details)
