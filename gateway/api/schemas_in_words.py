"""JSON Schema in a few French words, for the documentation page."""

from typing import NamedTuple

from gateway.clients.documents import REFERENCE, JsonObject

TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "object": "objet",
    "array": "liste",
    "null": "vide",
}
FORMATS = {"date": "date", "date-time": "date et heure (UTC)", "email": "adresse électronique", "binary": "fichier"}


class Row(NamedTuple):
    """Member of an object."""

    name: str
    shape: str
    required: bool


def rows(schema: JsonObject, document: JsonObject) -> list[Row]:
    """Return the members of an object; none for anything else."""
    resolved = _resolved(schema, document)
    required = resolved.get("required", [])
    return [
        Row(name, shape(inner, document), name in required) for name, inner in resolved.get("properties", {}).items()
    ]


def shape(schema: JsonObject, document: JsonObject) -> str:
    """Return the words for a schema, such as `texte, 5 caractères au plus` or `liste de : Attachment`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REFERENCE)
    if "enum" in schema:
        return " | ".join("vide" if value is None else str(value) for value in schema["enum"])
    for combination in ("anyOf", "oneOf", "allOf"):
        if combination in schema:
            return " ou ".join(shape(inner, document) for inner in schema[combination])
    return ", ".join([_kind(schema, document), *_bounds(schema)])


def _kind(schema: JsonObject, document: JsonObject) -> str:
    types = schema.get("type", "object")
    words = [_word(kind, schema) for kind in ([types] if isinstance(types, str) else types)]
    if "items" in schema:
        words[0] = f"liste de : {shape(schema['items'], document)}"
    return " ou ".join(words)


def _word(kind: str, schema: JsonObject) -> str:
    if kind == "string" and schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return TYPES.get(kind, kind)


def _bounds(schema: JsonObject) -> list[str]:
    bounds = (
        ("maxLength", "{} caractères au plus"),
        ("minimum", "{} au moins"),
        ("maximum", "{} au plus"),
        ("maxItems", "{} éléments au plus"),
    )
    return [words.format(schema[bound]) for bound, words in bounds if bound in schema]


def _resolved(schema: JsonObject, document: JsonObject) -> JsonObject:
    if "$ref" in schema:
        named: JsonObject = document["components"]["schemas"][schema["$ref"].removeprefix(REFERENCE)]
        return named
    return schema
