"""`/live`: the process answers. `/ready`: it can serve, with which services answer it.

A gateway is ready also when a service is away: it says so where it matters, and what needs only the
others goes on working.
"""

from flask import Blueprint, Response, jsonify

from gateway.clients.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/live")
def live() -> Response:
    return jsonify(status="live")


@blueprint.get("/ready")
def ready() -> Response:
    is_live = {client.service: client.is_live() for client in services().all()}
    return jsonify(status="ready", services=is_live)
