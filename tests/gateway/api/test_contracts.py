import pytest

from gateway.api import contracts
from gateway.api.routes import ROUTES, Route


def test_a_route_that_its_service_does_not_describe_is_a_fault_of_the_table() -> None:
    invented = Route("PUT", "/accounts", "identity", "Remplacer un compte")

    with pytest.raises(contracts.OperationUndescribed, match="identity has no PUT /accounts"):
        contracts.operation(invented)


def test_an_operation_has_the_parameters_of_its_path() -> None:
    route = next(route for route in ROUTES if route.path == "/structures/{structure_id}/attachments")

    names = [parameter["name"] for parameter in contracts.operation(route)["parameters"]]

    assert "structure_id" in names


def test_the_contract_says_which_operations_need_a_token_and_which_take_json() -> None:
    def said(method: str, path: str) -> tuple[bool, bool]:
        described = contracts.operation(next(r for r in ROUTES if (r.method, r.path) == (method, path)))
        return contracts.needs_token(described), contracts.takes_json(described)

    assert said("POST", "/accounts") == (False, True)
    assert said("POST", "/captchas") == (False, False)
    assert said("POST", "/structures") == (True, True)
    assert said("GET", "/menu") == (True, False)
