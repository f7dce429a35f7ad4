"""Health checks: `/live` while the process answers, `/ready` with the state of each service.

A gateway is ready also while a service is away: pages that need the service say so, and all others go on working.
"""

from flask import Blueprint, Response, current_app, jsonify

from chassis.web.health import draining_of
from gateway.clients.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/live")
def live() -> Response:
    return jsonify(status="live")


@blueprint.get("/ready")
def ready() -> Response:
    if draining_of(current_app).is_set():
        answer = jsonify(status="ending")
        answer.status_code = 503
        return answer
    is_live = {client.service: client.is_live() for client in services().all()}
    return jsonify(status="ready", services=is_live)
