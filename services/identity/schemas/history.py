"""Shapes of the history of an account."""

from marshmallow import fields

from chassis.ground.schemas import Schema
from chassis.storage.keyset import page_of
from services.identity.models.history import Happening
from services.identity.schemas.fields import KnownDevice


class HistoryEntry(Schema):
    happened_at = fields.AwareDateTime(required=True)
    what = fields.Enum(Happening, by_value=True, required=True)
    address = fields.String(required=True)
    device = KnownDevice(required=True)
    by_operator = fields.Boolean(required=True)


HistoryPage = page_of(HistoryEntry)
