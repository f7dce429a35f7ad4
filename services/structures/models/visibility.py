"""Visibility of the structures that the law hides: one table says which fields which audience does not see (S-19)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType, SimpleNamespace
from typing import TypeAlias

from services.structures.models.structures import Structure


class Audience(StrEnum):
    """Relation of a person to a structure."""

    ANYONE = "anyone"
    ATTACHED = "attached"
    MANAGER = "manager"
    OPERATOR = "operator"


_WHO_AND_WHERE = frozenset({
    "name", "label", "email", "rcs_number", "vat_number", "street", "complement_1", "complement_2", "postcode",
    "telephone", "fax",
})  # fmt: skip
HIDDEN_FROM: Mapping[Audience, frozenset[str]] = MappingProxyType(
    {
        Audience.ANYONE: _WHO_AND_WHERE,
        Audience.ATTACHED: frozenset(),
        Audience.MANAGER: frozenset(),
        Audience.OPERATOR: frozenset(),
    }
)
"""Fields of a hidden structure that an audience does not see; number, town and how to ask are for everyone."""
_NEEDED_TEXTS = frozenset({"street", "postcode"})
"""Fields that are never null: hidden, they are empty."""

SeenStructure: TypeAlias = Structure | SimpleNamespace
"""Structure, or its fields with those that are hidden taken out."""


def seen_by(structure: Structure, audience: Audience) -> SeenStructure:
    """Return the structure as this audience sees it; its number stands for a name that is hidden."""
    hidden = HIDDEN_FROM[audience]
    if not (hidden and structure.is_hidden):
        return structure
    fields = {column.key: getattr(structure, column.key) for column in Structure.__table__.columns}
    blanks = {name: "" if name in _NEEDED_TEXTS else None for name in hidden}
    return SimpleNamespace(**{**fields, **blanks, "name": structure.number, "is_hidden": True})


def public_name(structure: Structure) -> str:
    """Return the name that everyone may read, in mails too."""
    name: str = seen_by(structure, Audience.ANYONE).name
    return name
