"""Keyset pagination: a cursor instead of a page number, so that the hundredth page costs as little as the first."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.ground.problems import InvalidInput
from chassis.ground.schemas import MAX_ID, Schema

DEFAULT_LIMIT = 20
MAX_ITEMS = 100


class PageQuery(Schema):
    """Query arguments of every list."""

    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40, error="too_long"))
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_ITEMS, error="out_of_range")
    )


Rows = Select[*tuple[Any, ...]]
"""SELECT of one entity or of several columns."""


@dataclass(frozen=True)
class Page:
    items: Sequence[Any]
    next: str | None
    """Cursor of the next page; None on the last one."""


def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of `item`."""
    members = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(allow_none=True, required=True),
    }
    return type(f"{item.__name__}Page", (Schema,), members)


def page(session: Session, statement: Rows, key: InstrumentedAttribute[int], *, after: str | None, limit: int) -> Page:
    """Return the rows of `statement` after the cursor, by `key` ascending.

    A single entity is returned as an object, several columns as rows.
    """
    following = statement.where(key > _decode(after)) if after else statement
    return _cut(session, following.order_by(key), key, limit)


def newest_first(
    session: Session, statement: Rows, key: InstrumentedAttribute[int], *, after: str | None, limit: int
) -> Page:
    """Return a page as `page` does, by `key` descending: the cursor leads to older rows."""
    following = statement.where(key < _decode(after)) if after else statement
    return _cut(session, following.order_by(key.desc()), key, limit)


def _cut(session: Session, ordered: Rows, key: InstrumentedAttribute[int], limit: int) -> Page:
    keyed = ordered.add_columns(key.label("page_key")).limit(limit + 1)  # one more shows that there is a next page
    rows = session.execute(keyed).all()
    page_rows = rows[:limit]
    items = [row[0] if len(row) == 2 else row for row in page_rows]
    return Page(items, _encode(page_rows[-1].page_key) if len(rows) > limit else None)


def _encode(key: int) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _decode(cursor: str) -> int:
    try:
        key = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))  # `_encode` strips the padding
    except (ValueError, binascii.Error) as error:
        raise InvalidInput({"after": "invalid"}) from error
    if not 0 <= key <= MAX_ID:
        raise InvalidInput({"after": "invalid"})
    return key
