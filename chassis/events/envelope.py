"""Envelope of an event on its way: what a message or an item of a feed must be to be one.

Checked by hand, since a JSON Schema costs more than the handler of most events.
"""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from chassis.ground.json import JsonObject

NAME = re.compile(r"[a-z]+\.[a-z_]+\.v[1-9][0-9]*")
CORRELATION_ID = re.compile(r"[!-~]{0,64}")
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The character as JSON escapes it, not behind another backslash."""
LONGEST_NAME = 120
LAST_POSITION = 2**53 - 1
"""Greatest integer that every reader of JSON has exactly."""

T = TypeVar("T")


class NotAnEvent(ValueError):
    """Error of a message or an item of a feed that no service of ours can have written."""


def checked(data: object) -> JsonObject:
    """Return the members of an envelope, converted. Raises NotAnEvent for anything else, of whatever type."""
    if not isinstance(data, Mapping):
        raise NotAnEvent("no object")
    return {
        "id": _id(data, "id"),
        "name": _matching(NAME, _member(data, "name", str)),
        "position": _position(_member(data, "position", int)),
        "occurred_at": _moment(_member(data, "occurred_at", str)),
        "correlation_id": _matching(CORRELATION_ID, _member(data, "correlation_id", str)),
        "payload": _storable(_member(data, "payload", dict)),
        "previous_id": None if data.get("previous_id") is None else _id(data, "previous_id"),
    }


def _member(data: Mapping[object, object], name: str, kind: type[T]) -> T:
    value = data.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):  # True is an integer to Python
        raise NotAnEvent(name)
    return value


def _id(data: Mapping[object, object], name: str) -> uuid.UUID:
    try:
        return uuid.UUID(_member(data, name, str))
    except ValueError as error:
        raise NotAnEvent(name) from error


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text) or len(text) > LONGEST_NAME:
        raise NotAnEvent(pattern.pattern)
    return text


def _position(number: int) -> int:
    if not 0 < number <= LAST_POSITION:
        raise NotAnEvent("position")
    return number


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAnEvent("occurred_at") from error
    if moment.tzinfo is None:
        raise NotAnEvent("occurred_at")
    return moment


def _storable(payload: JsonObject) -> JsonObject:
    """Refuse what a database cannot store: a parked event is stored whole."""
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as error:  # NaN, infinity, half a surrogate pair, endless depth
        raise NotAnEvent("payload") from error
    if NUL.search(text):  # PostgreSQL's texts cannot hold it
        raise NotAnEvent("payload")
    return payload
