from gateway.api import contracts
from gateway.api.routes import ROUTES


def test_every_route_is_described_by_the_contract_of_its_service() -> None:
    assert [route for route in ROUTES if not contracts.operation(route).get("responses")] == []


def test_no_route_stands_twice_in_the_table() -> None:
    keys = [(route.method, route.path) for route in ROUTES]

    assert len(keys) == len(set(keys))


def test_every_route_has_a_title_of_its_own() -> None:
    assert len({route.title for route in ROUTES}) == len(ROUTES)


def test_no_internal_route_is_shown() -> None:
    assert [route for route in ROUTES if route.path.startswith(("/internal", "/oauth", "/live", "/ready"))] == []
