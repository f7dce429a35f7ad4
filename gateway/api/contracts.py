"""Operations of the public API as the OpenAPI documents of the services describe them."""

from gateway.api.routes import Route
from gateway.clients.documents import JsonObject, document


class OperationUndescribed(Exception):
    """Route of the table that is missing from its service's document."""


def operation(route: Route, service: str | None = None) -> JsonObject:
    """Return a route's operation, with the parameters that its path shares; raise OperationUndescribed.

    `service`: another one of the route's services than the first.
    """
    name = service or route.service
    operations = document(name)["paths"].get(route.path, {})
    described = operations.get(route.method.lower())
    if described is None:
        raise OperationUndescribed(f"{name} has no {route.method} {route.path}")
    parameters = [*operations.get("parameters", []), *described.get("parameters", [])]
    return {**described, "parameters": parameters} if parameters else dict(described)


def needs_token(described: JsonObject) -> bool:
    return any(described.get("security", []))


def takes_json(described: JsonObject) -> bool:
    return "requestBody" in described
