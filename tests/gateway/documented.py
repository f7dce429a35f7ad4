"""Check of a stub's answer against the OpenAPI document of the service for which it stands."""

import re
from datetime import datetime
from functools import cache

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from werkzeug.http import HTTP_STATUS_CODES

from gateway.clients.documents import REFERENCE, JsonObject, document

FORMATS = FormatChecker(["date", "uuid"])
FORMATS.checks("date-time", raises=ValueError)(
    lambda value: not isinstance(value, str) or bool(datetime.fromisoformat(value))
)
JSON = "application/json"
EXAMPLES = {
    "uuid": "0190a0b0-0000-7000-8000-000000000001",
    "date": "2026-11-24",
    "date-time": "2026-11-24T08:00:00+00:00",
    r"\A[A-Z]{2}\Z": "FR",
}
"""Texts by their format, or their pattern."""


class UntrueStub(AssertionError):
    """An answer that the service never gives: a test that relies on it would prove nothing."""


def check_answer(service: str, method: str, path: str, status: int, body: object) -> None:
    """Raise UntrueStub unless the document has this answer. `body` is None for none."""
    content = _response(service, method, path, status).get("content", {})
    where = f"{service}: {method} {path} {status}"
    if body is None or JSON not in content:
        if body is not None or content:
            raise UntrueStub(f"{where} has {', '.join(content) or 'no body'} in the document")
        return
    error = best_match(_validator(service, content[JSON]["schema"]["$ref"]).iter_errors(body))
    if error:
        raise UntrueStub(f"{where}: {error.json_path}: {error.message}")


def check_refusal(service: str, method: str, path: str, status: int, code: str) -> None:
    """Raise UntrueStub unless the document has this code among those of the status."""
    codes = _response(service, method, path, status).get("x-codes", [])
    if code not in codes:
        raise UntrueStub(f"{service}: {method} {path} {status} ({HTTP_STATUS_CODES[status]}) has {codes}, not {code}")


def example_answer(service: str, method: str, path: str) -> tuple[int, object]:
    """Return the status and the smallest body with which the service answers when it does not refuse."""
    responses: JsonObject = _operation(service, method, path)["responses"]
    status = next(status for status in responses if status.startswith("2"))
    content = responses[status].get("content", {})
    return int(status), _example(service, content[JSON]["schema"]) if JSON in content else None


def _example(service: str, schema: JsonObject) -> object:
    if "$ref" in schema:
        return _example(service, document(service)["components"]["schemas"][schema["$ref"].removeprefix(REFERENCE)])
    if "enum" in schema:
        return schema["enum"][0]
    if "null" in schema.get("type", "null"):
        return None
    if schema["type"] == "object":
        return {member: _example(service, schema["properties"][member]) for member in schema.get("required", [])}
    if schema["type"] == "string":
        return EXAMPLES.get(str(schema.get("format", schema.get("pattern"))), "dès l'été")
    return {"integer": 1, "boolean": False, "array": []}[schema["type"]]


def _response(service: str, method: str, path: str, status: int) -> JsonObject:
    responses: JsonObject = _operation(service, method, path)["responses"]
    if str(status) not in responses:
        raise UntrueStub(f"{service}: {method} {path} answers {', '.join(responses)}, never {status}")
    response: JsonObject = responses[str(status)]
    return response


@cache
def _operation(service: str, method: str, path: str) -> JsonObject:
    """Return the operation of a path, preferring `/accounts/me` to `/accounts/{account_id}`."""
    operations = {
        template: verbs[method.lower()]
        for template, verbs in document(service)["paths"].items()
        if method.lower() in verbs and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    }
    if not operations:
        raise UntrueStub(f"{service} has no {method} {path}")
    operation: JsonObject = operations[min(operations, key=lambda template: template.count("{"))]
    return operation


@cache
def _validator(service: str, reference: str) -> Draft202012Validator:
    schema = {"$ref": reference, "components": document(service)["components"]}
    return Draft202012Validator(schema, format_checker=FORMATS)
