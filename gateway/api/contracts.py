"""The OpenAPI documents of the services, as data: what the gateway knows of an operation."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gateway.api.routes import Route

OPENAPI = Path(__file__).parent.parent.parent / "contracts" / "openapi"


class OperationUndescribed(Exception):
    """The table of routes names an operation that the service's contract does not have."""


@cache
def document(service: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load((OPENAPI / f"{service}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return read


def operation(route: Route, service: str | None = None) -> dict[str, Any]:
    """The operation as its service (or another one that is asked the same) describes it, with the parameters that its
    path shares."""
    asked = service or route.service
    shared = document(asked)["paths"].get(route.path, {})
    described = shared.get(route.method.lower())
    if described is None:
        raise OperationUndescribed(f"{asked} has no {route.method} {route.path}")
    parameters = [*shared.get("parameters", []), *described.get("parameters", [])]
    return {**described, "parameters": parameters} if parameters else dict(described)


def needs_token(described: dict[str, Any]) -> bool:
    return any(described.get("security", []))


def takes_json(described: dict[str, Any]) -> bool:
    return "requestBody" in described
