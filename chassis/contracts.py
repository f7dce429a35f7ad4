"""The contracts as data: a JSON Schema and an example for each version of each event."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

CONTRACTS = Path(__file__).parent.parent / "contracts"


class ContractBroken(Exception):
    """A producer is about to record what its contract does not allow: a fault of the code, never of a person."""


@cache
def event_names() -> frozenset[str]:
    return frozenset(path.name.removesuffix(".json") for path in (CONTRACTS / "events").glob("*.json"))


@cache
def event_schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((CONTRACTS / "events" / f"{name}.json").read_text("utf-8"))
    return schema


@cache
def _validator(name: str) -> Draft202012Validator:
    if name not in event_names():
        raise ContractBroken(f"{name} has no contract")
    return Draft202012Validator(event_schema(name), format_checker=FormatChecker())


def check(name: str, payload: dict[str, Any]) -> None:
    """Raises ContractBroken, naming the place but never the value, which may be personal."""
    for error in _validator(name).iter_errors(payload):
        raise ContractBroken(f"{name}: {error.json_path} breaks {error.validator!r}")


def producer_of(name: str) -> str:
    """`structures.structure_created.v1` is a fact of `structures`."""
    return name.partition(".")[0]
