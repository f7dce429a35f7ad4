"""Copy of a person's own data: each service contributes its part, and the copy is complete or refused (A-15)."""

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
    """Return the current person's data as a JSON file to download: each service's answer under its name.

    Raise ServiceRefusal when a part is missing.
    """
    text = json.dumps(_collect(names, path), indent=2, ensure_ascii=False, sort_keys=False)
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _collect(names: Sequence[str], path: str) -> dict[str, Copy]:
    try:
        return {name: services().named(name).get(path, Copy) for name in names}
    except ServiceRefusal as refusal:
        # An incomplete copy would pass for a complete one, so a service that is away refuses all of it.
        if refusal.status < 500:
            raise
        raise ServiceRefusal(503, INCOMPLETE, retry_after=refusal.retry_after) from refusal
