"""OpenAPI documents of the services, as `make contracts` exports them: the gateway knows nothing else of a service."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

OPENAPI = Path(__file__).parents[2] / "contracts" / "openapi"
VERBS = ("get", "post", "put", "patch", "delete")
REFERENCE = "#/components/schemas/"
"""Prefix of every reference to a schema of the same document."""

JsonObject: TypeAlias = dict[str, Any]
"""Part of an OpenAPI document, whose members are of every type."""


@cache
def document(service: str) -> JsonObject:
    """Return the document of a service, read once per process. Callers share it: never change it."""
    content: JsonObject = yaml.load((OPENAPI / f"{service}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return content


def references(part: object) -> Iterator[str]:
    """Yield the names of the schemas that a part of a document refers to, one for each mention."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(REFERENCE):
            yield reference.removeprefix(REFERENCE)
        for member in part.values():
            yield from references(member)
    elif isinstance(part, list):
        for member in part:
            yield from references(member)
