"""Input and output of the access check, many at once without marshmallow's price for each."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from chassis.ground.schemas import MAX_ID, Schema, identifier, text
from services.espaces.catalogue.entries import Permission
from services.espaces.models.access import Access as AccessAnswer

MOST_CHECKS = 1000

_PERMISSIONS = {permission.value: permission for permission in Permission}
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_]{1,60}")


class Check(Schema):
    account_id = identifier(required=True)
    structure_id = identifier(required=True)
    espace = text(60)
    permission = fields.Enum(Permission, by_value=True, required=True)


class ManyChecks(fields.List[dict[str, Any]]):
    """List of checks, taken as they are where all are plainly right: the schema has a price for each.

    A single check in doubt sends all of them through the schema, which then says where the fault is.
    """

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **options: object
    ) -> list[dict[str, Any] | None]:
        if isinstance(value, list) and all(map(_is_plain, value)):
            return [{**check, "permission": _PERMISSIONS[check["permission"]]} for check in value]
        return super()._deserialize(value, attr, data, **options)


def _is_plain(check: object) -> bool:
    return (
        type(check) is dict
        and check.keys() == Check._declared_fields.keys()
        and _is_number(check["account_id"])
        and _is_number(check["structure_id"])
        and type(check["espace"]) is str
        and _PLAIN_CODE.fullmatch(check["espace"]) is not None
        and type(check["permission"]) is str
        and check["permission"] in _PERMISSIONS
    )


def _is_number(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_ID


class Checks(Schema):
    checks = ManyChecks(
        fields.Nested(Check), required=True, validate=validate.Length(min=1, max=MOST_CHECKS, error="out_of_range")
    )


class Access(Schema):
    allowed = fields.Boolean(required=True)
    reason = fields.String(required=True)
    until = fields.AwareDateTime(allow_none=True, required=True)


class ManyAccesses(fields.List[AccessAnswer]):
    """List of answers, written as Access would write each, without its price."""

    def _serialize(
        self, value: list[AccessAnswer | None] | None, attr: str | None, obj: object, **options: object
    ) -> list[Any]:
        answers = [access for access in value or () if access is not None]
        return [{**vars(access), "until": access.until and access.until.isoformat()} for access in answers]


class Accesses(Schema):
    items = ManyAccesses(fields.Nested(Access), required=True)
