"""A person's own data: each service answers for its part, and the copy is made of them all or not at all (A-15)."""

from collections.abc import Sequence
from typing import TypeAlias

from flask import Response, json, make_response

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services

FILE = "guichet-mes-donnees.json"
PATH = "/personal-data"
SERVICES = ("identity", "structures", "espaces", "notifier")
INCOMPLETE = "personal_data_incomplete"
ONLY_MANAGER = "only_manager"

Copy: TypeAlias = dict[str, object]
"""One service's part of the copy, handed on as it is."""


def as_file(names: Sequence[str] = SERVICES, path: str = PATH) -> Response:
    """To be kept by the person whose request this is: the services' answers under their names, for people to read."""
    text = json.dumps(_gathered(names, path), indent=2, ensure_ascii=False, sort_keys=False)
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _gathered(names: Sequence[str], path: str) -> dict[str, Copy]:
    """Raises ServiceRefusal: a copy that lacks a part would pass for a whole one."""
    try:
        return {name: services().named(name).get(path, Copy) for name in names}
    except ServiceRefusal as refusal:
        if refusal.status < 500:
            raise
        raise ServiceRefusal(503, INCOMPLETE, retry_after=refusal.retry_after) from refusal
