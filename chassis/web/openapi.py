"""OpenAPI 3.1 from the code: what `guichet openapi` exports to contracts/openapi and the tests hold against it."""

from typing import Any

import yaml
from flask_smorest import Api

from chassis.ground.problems import PROBLEM_SCHEMA

VERSION = "1.0"


def config(title: str) -> dict[str, str]:
    """What flask-smorest wants to know; the document itself is exported, not served."""
    return {"API_TITLE": f"Guichet {title}", "API_VERSION": VERSION, "OPENAPI_VERSION": "3.1.0"}


def prepare(api: Api) -> None:
    """The parts that every operation refers to."""
    api.spec.components.schema("Problem", PROBLEM_SCHEMA)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})


def document(api_spec: Any) -> dict[str, Any]:
    """The document without what no operation refers to."""
    described: dict[str, Any] = api_spec.to_dict()
    for operations in described["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation["responses"].pop("default", None)
    described["components"].pop("responses", None)
    return described


def to_yaml(described: dict[str, Any]) -> str:
    return yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=120)
