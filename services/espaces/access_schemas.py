"""What the access check takes in and gives out, many at once without marshmallow's price for each."""

import re
from typing import Any

from marshmallow import fields, validate

from chassis.ground.schemas import MAX_ID, Schema, identifier, text
from services.espaces.catalogue import Permission

MOST_CHECKS = 1000

_PERMISSIONS = {permission.value: permission for permission in Permission}
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_]{1,60}")


class Check(Schema):
    account_id = identifier(required=True)
    structure_id = identifier(required=True)
    espace = text(60)
    permission = fields.Enum(Permission, by_value=True, required=True)


class ManyChecks(fields.List[dict[str, Any]]):
    """Checks that are right at first sight are taken as they are; only where one is not does its schema say why."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if isinstance(value, list) and all(map(_is_plain, value)):
            return [{**check, "permission": _PERMISSIONS[check["permission"]]} for check in value]
        return super()._deserialize(value, attr, data, **options)


def _is_plain(check: Any) -> bool:
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


def _is_number(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MAX_ID


class Checks(Schema):
    checks = ManyChecks(
        fields.Nested(Check), required=True, validate=validate.Length(min=1, max=MOST_CHECKS, error="out_of_range")
    )


class Access(Schema):
    allowed = fields.Boolean(required=True)
    reason = fields.String(required=True)
    until = fields.AwareDateTime(allow_none=True, required=True)


class ManyAccesses(fields.List[dict[str, Any]]):
    """As Access would write each."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[Any]:
        return [{**vars(one), "until": one.until and one.until.isoformat()} for one in value]


class Accesses(Schema):
    items = ManyAccesses(fields.Nested(Access), required=True)
