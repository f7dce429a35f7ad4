"""Event contracts as data: a JSON Schema and an example for each version of each event."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from chassis.ground.json import JsonObject

CONTRACTS = Path(__file__).parents[2] / "contracts"
PERSONAL_OF = "x-personal-of"
"""Keyword on a text in an event's contract: the fields with the account ids of the people it is about, or of its
author. Once one of them is erased, consumers may receive the empty text instead."""
REDACTED = ""


class ContractBroken(Exception):
    """Fault of code that records a payload against its contract."""


@cache
def event_names() -> frozenset[str]:
    return frozenset(path.name.removesuffix(".json") for path in (CONTRACTS / "events").glob("*.json"))


@cache
def event_schema(name: str) -> JsonObject:
    schema: JsonObject = json.loads((CONTRACTS / "events" / f"{name}.json").read_text("utf-8"))
    return schema


@cache
def _validator(name: str) -> Draft202012Validator:
    if name not in event_names():
        raise ContractBroken(f"{name} has no contract")
    return Draft202012Validator(event_schema(name), format_checker=FormatChecker())


def check(name: str, payload: JsonObject) -> None:
    """Raise ContractBroken for an invalid payload. It names the place, never the value, which may be personal."""
    for error in _validator(name).iter_errors(payload):
        raise ContractBroken(f"{name}: {error.json_path} breaks {error.validator!r}")


def producer_of(name: str) -> str:
    """Return the producer of an event: `structures` for `structures.structure_created.v1`."""
    return name.partition(".")[0]


@cache
def personal_texts(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the personal texts of an event: field → the fields naming their owners. None without a contract."""
    if name not in event_names():
        return {}
    properties = event_schema(name)["properties"]
    return {field: tuple(schema[PERSONAL_OF]) for field, schema in properties.items() if PERSONAL_OF in schema}


def owners(name: str) -> frozenset[str]:
    """Return the fields with the account ids of those whom personal texts of an event are about."""
    return frozenset(owner for fields in personal_texts(name).values() for owner in fields)


def subjects(name: str, payload: JsonObject) -> frozenset[int]:
    """Return the account ids of the people whom personal texts of this payload are about."""
    return frozenset(payload[owner] for owner in owners(name) if owner in payload)


def redacted(name: str, payload: JsonObject, erased: Collection[int]) -> JsonObject:
    """Return the payload without the personal texts of erased people."""
    emptied = {
        field: REDACTED
        for field, fields in personal_texts(name).items()
        if field in payload and any(payload.get(owner) in erased for owner in fields)
    }
    return {**payload, **emptied}
