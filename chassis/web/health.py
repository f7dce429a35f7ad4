"""Health routes: `/live`, the process answers; `/ready`, its database does too, with every migration applied."""

import threading

from flask import Flask, Response, current_app, jsonify
from marshmallow import fields
from sqlalchemy.exc import SQLAlchemyError

from chassis.ground.problems import Refusal, Unavailable
from chassis.ground.schemas import Schema
from chassis.storage import migrations
from chassis.web import guards
from chassis.web.request_context import current_service
from chassis.web.routes import Routes

routes = Routes("health", description="For whoever keeps the process running.")


class Health(Schema):
    status = fields.String(required=True)


class Ending(Refusal):
    status, code, sentence = 503, "ending", "This process is about to end; another one answers."
    headers = {"Retry-After": "2"}


class NotMigrated(Refusal):
    status, code, sentence = 503, "not_migrated", "The database waits for `guichet migrate`."


@routes.get("/live", guard=guards.PUBLIC)
@routes.response(200, Health)
def live() -> Response:
    """Show that the process answers"""
    return jsonify(status="live")


@routes.get("/ready", guard=guards.PUBLIC, refuses=[NotMigrated, Ending])
@routes.response(200, Health)
def ready() -> Response:
    """Show whether the process can do its work"""
    if draining_of(current_app).is_set():
        raise Ending
    service = current_service()
    try:
        migrated = migrations.is_usable(service.name, service.database)
    except SQLAlchemyError as error:
        raise Unavailable from error
    if not migrated:
        raise NotMigrated
    return jsonify(status="ready")


def draining_of(app: Flask) -> threading.Event:
    """Return the event that is set once the process was told to end, while it still answers."""
    event: threading.Event = app.extensions.setdefault("guichet.draining", threading.Event())
    return event
