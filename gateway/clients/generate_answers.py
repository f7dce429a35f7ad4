"""Generator of gateway/clients/answers: types of the services' answers, from their OpenAPI documents.

Ours instead of datamodel-code-generator: the documents use a dozen keywords of JSON Schema, for which that library
brings pydantic, black and others (60 MB) and takes 2 s of processor time for each document; it tells neither answers
from bodies nor which types are final. A schema that is not understood here stops the generation.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

from gateway.clients.documents import REFERENCE, VERBS, JsonObject, document, references

SERVICES = ("identity", "structures", "espaces")
FOLDER = Path(__file__).parent / "answers"
UNTYPED = {"/personal-data", "/live", "/ready", "/oauth/token", "/.well-known/jwks.json"}
"""Paths whose answers the gateway never looks into: it passes them on, or does not call them."""
INTERNAL = "/internal/"
MOST_VALUES = 10
"""Limit above which an enumeration is typed as text."""
INDENT = " " * 4
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class UnknownSchema(ValueError):
    """Schema for which the generator has no type."""


def source(title: str, described: JsonObject) -> str:
    """Return the Python module for the answers of one OpenAPI document, formatted as ruff does."""
    schemas: dict[str, JsonObject] = described["components"]["schemas"]
    operations: dict[str, list[str]] = {}
    for operation, reference in _answers(described):
        operations.setdefault(reference.removeprefix(REFERENCE), []).append(operation)
    classes = [_class(name, schemas[name], operations.get(name)) for name in _in_order(schemas, operations)]
    body = "\n\n\n".join(classes)
    words = [word for word in ("Literal", "NotRequired", "TypedDict", "final") if word in body]
    summary = f'"""Answers of the {title} service, written by `make contracts`: change its OpenAPI document instead."""'
    return f"{summary}\n\nfrom typing import {', '.join(words)}\n\n\n{body}\n"


def write() -> None:
    for service in SERVICES:
        (FOLDER / f"{service}.py").write_text(source(service, document(service)), "utf-8")


def _answers(described: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield each operation, such as `GET /menu`, with the reference to the schema of its JSON answer."""
    for path, operations in described["paths"].items():
        if path in UNTYPED or path.startswith(INTERNAL):
            continue
        for verb in (verb for verb in VERBS if verb in operations):
            for status, response in operations[verb]["responses"].items():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if int(status) < HTTPStatus.BAD_REQUEST and "$ref" in schema:
                    yield f"{verb.upper()} {path}", schema["$ref"]


def _in_order(schemas: dict[str, JsonObject], answers: Iterable[str]) -> list[str]:
    """Return the names of the schemas that answers reach and that have members, each behind those it refers to."""
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        for inner in references(schemas[name]):
            add(inner)
        ordered[name] = None

    for name in (name for name in answers if schemas[name]["properties"]):
        add(name)
    return list(ordered)


def _class(name: str, schema: JsonObject, operations: Sequence[str] | None) -> str:
    required = schema.get("required", [])
    lines = [f"class {name}(TypedDict):"]
    if schema.get("additionalProperties") is False:
        lines.insert(0, "@final")  # lets mypy tell the members of a union apart by `"member" in answer`
    if operations:
        lines += [
            f'{INDENT}"""Answer to {" and ".join(filter(None, [", ".join(operations[:-1]), operations[-1]]))}."""',
            "",
        ]
    for member, inner in schema["properties"].items():
        expression = python_type(inner)
        lines.append(f"{INDENT}{member}: {expression if member in required else f'NotRequired[{expression}]'}")
        if "description" in inner:
            lines.append(f'{INDENT}"""{_sentence(inner["description"])}"""')
    return "\n".join(lines)


def _sentence(description: str) -> str:
    return f"{description[:1].upper()}{description[1:].rstrip('.')}."


def python_type(schema: JsonObject) -> str:
    """Return a schema's type as Python source, such as `list[Passkey]`; raise UnknownSchema where there is none."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REFERENCE)
    if "enum" in schema:
        return _literal(schema["enum"]) if len(schema["enum"]) <= MOST_VALUES else "str"
    if "anyOf" in schema:
        return " | ".join(python_type(inner) for inner in schema["anyOf"])
    kinds = schema.get("type")
    return " | ".join(_type(kind, schema) for kind in ([kinds] if not isinstance(kinds, list) else kinds))


def _literal(values: list[str | None]) -> str:
    texts = ", ".join(json.dumps(value, ensure_ascii=False) for value in values if value is not None)
    return f"Literal[{texts}]{' | None' if None in values else ''}"


def _type(kind: str | None, schema: JsonObject) -> str:
    if kind == "array":
        return f"list[{python_type(schema['items'])}]"
    if kind == "object" and "additionalProperties" in schema:
        values = schema["additionalProperties"]
        return f"dict[str, {python_type(values) if values else 'object'}]"
    if kind not in SCALARS:
        raise UnknownSchema(f"no type for {schema}")
    return SCALARS[kind]


if __name__ == "__main__":
    write()
