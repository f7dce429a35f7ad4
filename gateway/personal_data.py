"""A person's own data: each service answers for its part, and the copy is made of them all or not at all (A-15)."""

from collections.abc import Sequence
from typing import Any

from flask import Response, json, make_response

from gateway.clients import clients
from gateway.clients.errors import ServiceRefusal

FILE = "guichet-mes-donnees.json"
PATH = "/personal-data"
SERVICES = ("identity", "structures", "espaces", "notifier")
INCOMPLETE = "personal_data_incomplete"
ONLY_MANAGER = "only_manager"


def as_file(services: Sequence[str] = SERVICES, path: str = PATH) -> Response:
    """To be kept by the person whose request this is: the services' answers under their names, for people to read."""
    text = json.dumps(_gathered(services, path), indent=2, ensure_ascii=False, sort_keys=False)
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _gathered(services: Sequence[str], path: str) -> dict[str, Any]:
    """Raises ServiceRefusal: a copy that lacks a part would pass for a whole one."""
    try:
        return {service: clients().of(service).get(path) for service in services}
    except ServiceRefusal as refusal:
        if refusal.status < 500:
            raise
        raise ServiceRefusal(503, INCOMPLETE, retry_after=refusal.retry_after) from refusal
