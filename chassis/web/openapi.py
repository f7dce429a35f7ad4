"""OpenAPI 3.1 from the code: what `guichet openapi` exports to contracts/openapi and the tests hold against it."""

import flask_smorest
import yaml

from chassis.ground.json import JsonObject
from chassis.ground.problems import PROBLEM_SCHEMA

VERSION = "1.0"


class Api(flask_smorest.Api):  # type: ignore[misc]
    """Documentation without flask-smorest's default error response: routes declare their problems themselves."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def config(title: str) -> dict[str, str]:
    """What flask-smorest wants to know; the document itself is exported, not served."""
    return {"API_TITLE": f"Guichet {title}", "API_VERSION": VERSION, "OPENAPI_VERSION": "3.1.0"}


def prepare(api: Api) -> None:
    """The parts that every operation refers to."""
    api.spec.components.schema("Problem", PROBLEM_SCHEMA)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})


def to_yaml(document: JsonObject) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
