"""Health checks: `/live` while the process answers, `/ready` with the state of each service.

A gateway is ready also while a service is away: pages that need the service say so, and all others go on working.
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
