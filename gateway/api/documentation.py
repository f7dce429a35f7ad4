"""Documentation of the public API: `/api/v1/openapi.json` for programs, `/api/docs` for people, from one document."""

import json
from functools import cache

from flask import Blueprint, Response, render_template

from gateway.api import composition
from gateway.api.schemas_in_words import rows, shape
from gateway.clients.documents import JsonObject
from gateway.messages import refusals


def install(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/v1/openapi.json", "openapi", _openapi, provide_automatic_options=False)
    blueprint.add_url_rule("/docs", "docs", _docs, provide_automatic_options=False)


def _openapi() -> Response:
    return Response(_document_as_json(), mimetype="application/json")


def _docs() -> str:
    document = _document()
    return render_template(
        "api/docs.html",
        document=document,
        chapters=_chapters(document),
        rows=lambda schema: rows(schema, document),
        shape=lambda schema: shape(schema, document),
        sentence=refusals.sentence,
    )


@cache
def _document() -> JsonObject:
    # Composed once: the contracts do not change while the process runs.
    return composition.composed()


@cache
def _document_as_json() -> str:
    return json.dumps(_document(), ensure_ascii=False)


def _chapters(document: JsonObject) -> dict[str, list[JsonObject]]:
    """Return the operations by chapter, each with its verb and path."""
    chapters: dict[str, list[JsonObject]] = {tag["name"]: [] for tag in document["tags"]}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            chapters[operation["tags"][0]].append({**operation, "verb": verb.upper(), "path": path})
    return chapters
