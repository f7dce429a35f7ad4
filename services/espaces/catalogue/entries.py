"""Entries of the catalogue: espaces, their permissions and options."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chassis.ground import pasted

MOST_OPTION_CHARACTERS = 250


class Permission(StrEnum):
    CONSULTATION = "CONSULTATION_UNIQUEMENT"
    MODIFICATION = "MODIFICATION"


@dataclass(frozen=True)
class Choice:
    code: str
    label: str


@dataclass(frozen=True)
class Option:
    """Field of the form that opens an espace."""

    code: str
    label: str
    type: str
    """`text`, `choice`, or `digits`: a number without the separators that people paste along"""
    required: bool
    help: str | None = None
    most: int = MOST_OPTION_CHARACTERS
    """Characters of a text at most."""
    pattern: str | None = None
    """Regular expression that a whole text matches."""
    choices: tuple[Choice, ...] = ()

    def normalised(self, value: str | None) -> str | None:
        return pasted.number(value) if value and self.type == "digits" else value

    def fault(self, value: str | None) -> str | None:
        """Return the code of the fault in `value`, or None."""
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
    """True for an espace open on every structure from its creation, to its managers alone (E-04)."""
    options: tuple[Option, ...] = ()

    def is_for(self, *, centre_de_gestion: bool) -> bool:
        """Return whether such a structure can have the espace (E-05)."""
        return not (centre_de_gestion and "centre_de_gestion" in self.not_for)

    def offers(self, permission: Permission, *, centre_de_gestion: bool) -> bool:
        return permission in self.permissions and self.is_for(centre_de_gestion=centre_de_gestion)

    def normalised(self, values: Mapping[str, str | None]) -> dict[str, str | None]:
        """Return the values in the one spelling of their options; unknown ones stay as they are."""
        return {**values, **{one.code: one.normalised(values[one.code]) for one in self.options if one.code in values}}

    def option_faults(self, values: Mapping[str, str | None]) -> dict[str, str]:
        """Return a code for each option that is wrong, missing or unknown, by its field (E-06)."""
        offered = {option.code: option.fault(values.get(option.code)) for option in self.options}
        unknown = dict.fromkeys(values.keys() - offered.keys(), "unknown_field")
        return {f"options.{code}": fault for code, fault in {**offered, **unknown}.items() if fault}
