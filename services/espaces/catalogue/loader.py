"""Loading of the catalogue's file, checked at start (E-02)."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from marshmallow import ValidationError

from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.file_schema import FileSchema

SHIPPED = Path(__file__).parent / "catalogue.yaml"


class CatalogueBroken(Exception):
    """Catalogue that cannot be used; the message says where it is broken and how to mend it."""


class _Loader(yaml.SafeLoader):
    """Loader that refuses a key written twice: YAML would keep the last one and drop the other without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is written twice", key.start_mark)
        return super().construct_mapping(node, deep)


def load(path: Path = SHIPPED) -> Catalogue:
    """Return the catalogue of the file. Raises CatalogueBroken with the file, and each entry with its fault."""
    try:
        entries = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CatalogueBroken(f"{path}: cannot be read as YAML: {error}") from error
    try:
        espaces = FileSchema().load(entries)["espaces"]
    except ValidationError as error:
        faults = "; ".join(_faults(error.messages, entries))
        raise CatalogueBroken(f"{path}: mend these entries: {faults}") from error
    return Catalogue(espaces)


def _faults(messages: object, entry: object, path: str = "") -> Iterator[str]:
    """Yield sentences such as `espaces CUMA permissions: Missing data …` from marshmallow's nested messages.

    Entries of lists are named by their code or, without one, by their number.
    """
    if not isinstance(messages, Mapping):
        yield f"{path.strip() or 'the file'}: {' '.join(_sentences(messages))}"
        return
    for key, inner in messages.items():
        inner_entry = _inner(entry, key)
        yield from _faults(inner, inner_entry, path if key == "_schema" else f"{path} {_name(key, inner_entry)}")


def _sentences(messages: object) -> list[str]:
    return [str(message) for message in messages] if isinstance(messages, list) else [str(messages)]


def _inner(entry: object, key: str | int) -> object:
    if isinstance(entry, Mapping):
        return entry.get(key)
    if isinstance(entry, Sequence) and isinstance(key, int) and key < len(entry):
        return entry[key]
    return None


def _name(key: str | int, entry: object) -> str:
    if isinstance(key, str):
        return key
    code = entry.get("code") if isinstance(entry, Mapping) else None
    return str(code or f"number {key + 1}")
