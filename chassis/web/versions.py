"""Versions of what several people may change: a change names the one that was read (ETag, If-Match)."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import flask_smorest
from flask import request
from flask_smorest.exceptions import PreconditionFailed

from chassis.ground.json import JsonObject
from chassis.ground.problems import Refusal

View = TypeVar("View", bound=Callable[..., object])

_IF_MATCH: JsonObject = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that was read with what is now changed.",
    "schema": {"type": "string"},
}
_ETAG: JsonObject = {"description": "The version, for If-Match of a change.", "schema": {"type": "string"}}


class VersionNeeded(Refusal):
    status, code, sentence = 428, "version_needed", "Say in If-Match which version was read: its ETag."


class ChangedMeanwhile(Refusal):
    status, code, sentence = 412, "changed_meanwhile", "It was changed since it was read; read it again."


class VersionedBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """Blueprint whose ETags are refused with problems, and documented with the other refusals of a route."""

    def etag(self, view: View) -> View:
        """Declare that answers have a version and, for a change, that the caller names the one that was read."""
        return cast(View, super().etag(view))

    def check_etag(self, etag_data: object, etag_schema: object = None) -> None:
        """Raise ChangedMeanwhile if If-Match names another version than `etag_data` is."""
        try:
            super().check_etag(etag_data, etag_schema)
        except PreconditionFailed as error:
            raise ChangedMeanwhile from error

    def _check_precondition(self) -> None:
        if request.method in self.METHODS_NEEDING_CHECK_ETAG and not request.if_match:
            raise VersionNeeded

    def _check_not_modified(self, etag: str) -> None:
        """Answer in full: nobody keeps our answers (`no-store`)."""

    def _prepare_etag_doc(self, doc: Any, doc_info: Any, *, method: str, **_: object) -> Any:
        if doc_info.get("etag"):
            if method.upper() in self.METHODS_NEEDING_CHECK_ETAG:
                doc.setdefault("parameters", []).append(_IF_MATCH)
            for status in doc_info.get("success_status_codes", []):
                doc["responses"][status].setdefault("headers", {})["ETag"] = _ETAG
        return doc
