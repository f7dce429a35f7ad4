"""The contracts as data: a JSON Schema and an example for each version of each event."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from chassis.ground.json import JsonObject

CONTRACTS = Path(__file__).parents[2] / "contracts"
PERSONAL_OF = "x-personal-of"
"""On a text in the contract of an event: which of its fields name the people that the text tells of, or who wrote it.
Once one of them is forgotten, the text is the empty one, which is what each consumer may then get."""
REDACTED = ""


class ContractBroken(Exception):
    """A producer is about to record what its contract does not allow: a fault of the code, never of a person."""


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
    """Raises ContractBroken, naming the place but never the value, which may be personal."""
    for error in _validator(name).iter_errors(payload):
        raise ContractBroken(f"{name}: {error.json_path} breaks {error.validator!r}")


def producer_of(name: str) -> str:
    """`structures.structure_created.v1` is a fact of `structures`."""
    return name.partition(".")[0]


@cache
def personal_texts(name: str) -> Mapping[str, tuple[str, ...]]:
    """Field → the fields that say whose it is. Of an event that has no contract here nothing is known."""
    if name not in event_names():
        return {}
    properties = event_schema(name)["properties"]
    return {field: tuple(schema[PERSONAL_OF]) for field, schema in properties.items() if PERSONAL_OF in schema}


def owners(name: str) -> frozenset[str]:
    """The fields that say whose the personal texts of an event are."""
    return frozenset(owner for fields in personal_texts(name).values() for owner in fields)


def subjects(name: str, payload: JsonObject) -> frozenset[int]:
    """Whose personal texts an event holds."""
    return frozenset(payload[owner] for owner in owners(name) if owner in payload)


def redacted(name: str, payload: JsonObject, erased: Collection[int]) -> JsonObject:
    """The payload without the personal texts of those who are `gone`."""
    emptied = {
        field: REDACTED
        for field, fields in personal_texts(name).items()
        if field in payload and any(payload.get(owner) in erased for owner in fields)
    }
    return {**payload, **emptied}
