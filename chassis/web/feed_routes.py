"""Route of the feed, for the services that follow this one."""

from marshmallow import fields, validate

from chassis.calls.tokens import Caller
from chassis.events.feed import BEYOND_EVERY_POSITION, PAGE, LogDiverged, has, last_position, read
from chassis.ground.json import JsonObject
from chassis.ground.schemas import Schema
from chassis.storage.polling import poll_until
from chassis.web.guards import Guard
from chassis.web.request_context import current_service
from chassis.web.routes import Routes

LONGEST_WAIT_SECONDS = 5
LOOK_AGAIN_SECONDS = 0.04


class FeedQuery(Schema):
    after = fields.Integer(
        load_default=0, validate=validate.Range(min=0, max=BEYOND_EVERY_POSITION, error="out_of_range")
    )
    after_id = fields.UUID(
        load_default=None, metadata={"description": "The event that the reader has at that position, if it knows."}
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=PAGE, error="out_of_range"))
    wait = fields.Float(load_default=0, validate=validate.Range(min=0, max=LONGEST_WAIT_SECONDS, error="out_of_range"))


class FeedItem(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    position = fields.Integer(required=True)
    occurred_at = fields.String(required=True)
    correlation_id = fields.String(required=True)
    payload = fields.Dict(required=True)
    previous_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The event at the position before; none for the first."},
    )


class FeedPage(Schema):
    items = fields.List(fields.Nested(FeedItem), required=True)
    last = fields.Integer(required=True, metadata={"description": "The newest position that there is; 0 for none."})


def _may_read(caller: Caller) -> bool:
    return caller.service in current_service().followers and "feed.read" in caller.scopes


FOLLOWER = Guard("service that follows this one, with feed.read", _may_read)

routes = Routes("feed", description="The service's events, by position.")


@routes.get("/internal/feed", guard=FOLLOWER, refuses=[LogDiverged])
@routes.arguments(FeedQuery, location="query")
@routes.response(200, FeedPage)
def feed(query: JsonObject) -> JsonObject:
    """Events after a position, waiting for news if asked to"""
    database, after, limit = current_service().database, query["after"], query["limit"]
    if query["after_id"] and not has(database, after, query["after_id"]):
        raise LogDiverged
    events = poll_until(lambda: read(database, after, limit), database, query["wait"], LOOK_AGAIN_SECONDS)
    # `last` is read after the events, so that it is never older than they are.
    return {"items": [event.to_json() for event in events], "last": last_position(database)}
