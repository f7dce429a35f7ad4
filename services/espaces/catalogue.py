"""The catalogue of espaces: data that an operator edits, checked at start (E-02)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.espaces.errors import EspaceUnknown

SHIPPED = Path(__file__).parent / "catalogue.yaml"
MOST_OPTION_CHARACTERS = 250


class Permission(StrEnum):
    CONSULTATION = "CONSULTATION_UNIQUEMENT"
    MODIFICATION = "MODIFICATION"


class CatalogueBroken(Exception):
    """The catalogue cannot be used; the message says where and what to mend."""


@dataclass(frozen=True)
class Choice:
    code: str
    label: str


@dataclass(frozen=True)
class Option:
    """Something that opening an espace asks for."""

    code: str
    label: str
    type: str
    """`text` or `choice`"""
    required: bool
    help: str | None = None
    most: int = MOST_OPTION_CHARACTERS
    pattern: str | None = None
    choices: tuple[Choice, ...] = ()

    def fault(self, value: str | None) -> str | None:
        """The code of what is wrong with `value`, or None."""
        if not value:
            return "required" if self.required else None
        if self.choices and value not in {choice.code for choice in self.choices}:
            return "not_a_choice"
        if len(value) > self.most:
            return "too_long"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return "invalid"
        return None


@dataclass(frozen=True)
class Espace:
    code: str
    label: str
    permissions: tuple[Permission, ...]
    not_for: frozenset[str] = frozenset()
    for_managers: bool = False
    """Open on every structure from its creation, to its managers alone (E-04)."""
    options: tuple[Option, ...] = ()

    def is_for(self, *, centre_de_gestion: bool) -> bool:
        """E-05."""
        return not (centre_de_gestion and "centre_de_gestion" in self.not_for)

    def offers(self, permission: Permission, *, centre_de_gestion: bool) -> bool:
        return permission in self.permissions and self.is_for(centre_de_gestion=centre_de_gestion)

    def option_faults(self, given: Mapping[str, str | None]) -> dict[str, str]:
        """A code for each option that is wrong, missing or unknown (E-06)."""
        known = {option.code: option.fault(given.get(option.code)) for option in self.options}
        unknown = dict.fromkeys(given.keys() - known.keys(), "unknown_field")
        return {f"options.{code}": fault for code, fault in {**known, **unknown}.items() if fault}


class Catalogue(Sequence[Espace]):
    """The espaces in the order of the file, also by code."""

    def __init__(self, espaces: Sequence[Espace]) -> None:
        self._espaces = tuple(espaces)
        self._by_code = {espace.code: espace for espace in espaces}

    def __getitem__(self, index: Any) -> Any:
        return self._espaces[index]

    def __len__(self) -> int:
        return len(self._espaces)

    def __iter__(self) -> Iterator[Espace]:
        return iter(self._espaces)

    def find(self, code: str) -> Espace:
        """Raises EspaceUnknown."""
        if code not in self._by_code:
            raise EspaceUnknown
        return self._by_code[code]

    def is_for(self, code: str, *, centre_de_gestion: bool) -> bool:
        """Of one that has left the catalogue nothing is known that would end it."""
        return code not in self._by_code or self._by_code[code].is_for(centre_de_gestion=centre_de_gestion)

    def offers(self, code: str, permission: Permission, *, centre_de_gestion: bool) -> bool:
        """As of now: an operator may have taken it away since it was opened, and the access check says no."""
        found = self._by_code.get(code)
        return found is not None and found.offers(permission, centre_de_gestion=centre_de_gestion)

    def label(self, code: str) -> str:
        """Of an espace that was opened once and may have left the catalogue since: then its code."""
        return self._by_code[code].label if code in self._by_code else code


class _Loader(yaml.SafeLoader):
    """Refuses a key that is written twice: YAML would keep the last and drop the other without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is written twice", key.start_mark)
        return super().construct_mapping(node, deep)


def load(path: Path = SHIPPED) -> Catalogue:
    """Raises CatalogueBroken with the file, and each entry with its fault."""
    try:
        read = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CatalogueBroken(f"{path}: cannot be read as YAML: {error}") from error
    try:
        espaces = _FileSchema().load(read)["espaces"]
    except ValidationError as error:
        faults = "; ".join(_faults(error.messages, read))
        raise CatalogueBroken(f"{path}: mend these entries: {faults}") from error
    return Catalogue(espaces)


def _faults(messages: Any, entry: Any, path: str = "") -> Iterator[str]:
    """`espaces CUMA permissions: Missing data …`: entries of lists by their code, or, without one, by their number."""
    if not isinstance(messages, Mapping):
        yield f"{path.strip() or 'the file'}: {' '.join(messages)}"
        return
    for key, inner in messages.items():
        try:
            found = entry[key]
        except (TypeError, KeyError, IndexError):
            found = None
        named = found.get("code") if isinstance(key, int) and isinstance(found, Mapping) else None
        shown = named or (f"number {key + 1}" if isinstance(key, int) else key)
        yield from _faults(inner, found, path if key == "_schema" else f"{path} {shown}")


_code = validate.Regexp(r"\A[A-Z][A-Z0-9_]{0,59}\Z", error="write capitals, digits and underscores, 60 at most")
_option_code = validate.Regexp(
    r"\A[a-z][a-z0-9_]{0,59}\Z", error="write small letters, digits and underscores, 60 at most"
)
_label = validate.Length(min=1, max=120)


def _distinct(items: Sequence[Any], what: str) -> None:
    codes = [item.code for item in items]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise ValidationError(f"{what} named twice: {', '.join(sorted(twice))}")


class _ChoiceSchema(Schema):
    code = fields.String(required=True, validate=_code)
    label = fields.String(required=True, validate=_label)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Choice:
        return Choice(**data)


class _OptionSchema(Schema):
    code = fields.String(required=True, validate=_option_code)
    label = fields.String(required=True, validate=_label)
    type = fields.String(required=True, validate=validate.OneOf(["text", "choice"]))
    required = fields.Boolean(required=True, truthy={True}, falsy={False})
    help = fields.String(validate=validate.Length(max=250))
    most = fields.Integer(strict=True, validate=validate.Range(min=1, max=MOST_OPTION_CHARACTERS))
    pattern = fields.String()
    choices = fields.List(fields.Nested(_ChoiceSchema), validate=validate.Length(min=1))

    @validates_schema
    def _consistent(self, data: dict[str, Any], **_: Any) -> None:
        if (data["type"] == "choice") != ("choices" in data):
            raise ValidationError("a choice has choices, and nothing else has", "choices")
        if data["type"] == "choice" and {"most", "pattern"} & data.keys():
            raise ValidationError("only a text has most and pattern", "type")
        _distinct(data.get("choices", ()), "choices")
        try:
            re.compile(data.get("pattern", ""))
        except re.error as error:
            raise ValidationError(f"not a regular expression: {error}", "pattern") from error

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Option:
        return Option(**{**data, "choices": tuple(data.get("choices", ()))})


class _EspaceSchema(Schema):
    code = fields.String(required=True, validate=_code)
    label = fields.String(required=True, validate=_label)
    permissions = fields.List(
        fields.Enum(Permission, by_value=True), required=True, validate=validate.Length(min=1, max=len(Permission))
    )
    not_for = fields.List(fields.String(validate=validate.OneOf(["centre_de_gestion"])), load_default=list)
    for_managers = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    options = fields.List(fields.Nested(_OptionSchema), load_default=list)

    @validates_schema
    def _consistent(self, data: dict[str, Any], **_: Any) -> None:
        _distinct(data["options"], "options")
        if data["for_managers"] and (data["options"] or data["not_for"]):
            raise ValidationError("nobody opens it, so it has neither options nor not_for", "for_managers")

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Espace:
        made = {
            "permissions": tuple(dict.fromkeys(data["permissions"])),
            "not_for": frozenset(data["not_for"]),
            "options": tuple(data["options"]),
        }
        return Espace(**{**data, **made})


class _FileSchema(Schema):
    espaces = fields.List(fields.Nested(_EspaceSchema), required=True, validate=validate.Length(min=1))

    @validates_schema
    def _consistent(self, data: dict[str, Any], **_: Any) -> None:
        _distinct(data["espaces"], "espaces")
