"""OpenAPI 3.1 documents from the code: `guichet openapi` exports them to contracts/openapi, and tests compare."""

import flask_smorest
import yaml

from chassis.ground.json import JsonObject
from chassis.ground.problems import PROBLEM_SCHEMA

VERSION = "1.0"


class Api(flask_smorest.Api):  # type: ignore[misc]
    """Documentation without flask-smorest's default error response: routes declare their problems themselves."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def config(title: str) -> dict[str, str]:
    """Return flask-smorest's settings. The document is exported, not served."""
    return {"API_TITLE": f"Guichet {title}", "API_VERSION": VERSION, "OPENAPI_VERSION": "3.1.0"}


def prepare(api: Api) -> None:
    """Register the components to which every operation refers."""
    api.spec.components.schema("Problem", PROBLEM_SCHEMA)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})


def to_yaml(document: JsonObject) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
