"""Copy of a person's own data: each service contributes its part, and the copy is complete or refused (A-15)."""

from collections.abc import Sequence

from flask import Response, json, make_response

from gateway.clients import clients
from gateway.clients.errors import ServiceRefusal

FILE = "guichet-mes-donnees.json"
PATH = "/personal-data"
SERVICES = ("identity", "structures", "espaces", "notifier")
INCOMPLETE = "personal_data_incomplete"
ONLY_MANAGER = "only_manager"


def as_file(services: Sequence[str] = SERVICES, path: str = PATH) -> Response:
    """Return the current person's data as a JSON file to download: each service's answer under its name.

    Raise ServiceRefusal when a part is missing.
    """
    text = json.dumps(_collect(services, path), indent=2, ensure_ascii=False, sort_keys=False)
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _collect(services: Sequence[str], path: str) -> dict[str, object]:
    try:
        return {service: clients().of(service).get(path) for service in services}
    except ServiceRefusal as refusal:
        # An incomplete copy would pass for a complete one, so a service that is away refuses all of it.
        if refusal.status < 500:
            raise
        raise ServiceRefusal(503, INCOMPLETE, retry_after=refusal.retry_after) from refusal
