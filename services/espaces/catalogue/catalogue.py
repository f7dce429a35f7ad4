"""Catalogue: the espaces in the order of the file, and by code."""

from collections.abc import Iterator, Sequence
from typing import overload

from services.espaces.catalogue.entries import Espace, Permission
from services.espaces.errors.espaces import EspaceUnknown


class Catalogue(Sequence[Espace]):
    def __init__(self, espaces: Sequence[Espace]) -> None:
        self._espaces = tuple(espaces)
        self._by_code = {espace.code: espace for espace in espaces}

    @overload
    def __getitem__(self, index: int) -> Espace: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Espace, ...]: ...

    def __getitem__(self, index: int | slice) -> Espace | tuple[Espace, ...]:
        return self._espaces[index]

    def __len__(self) -> int:
        return len(self._espaces)

    def __iter__(self) -> Iterator[Espace]:
        return iter(self._espaces)

    def find(self, code: str) -> Espace:
        """Return the espace. Raises EspaceUnknown."""
        if code not in self._by_code:
            raise EspaceUnknown
        return self._by_code[code]

    def is_for(self, code: str, *, centre_de_gestion: bool) -> bool:
        """Return whether a structure can have the espace (E-05); True for one that has left the catalogue."""
        # A True keeps an opening. Without the entry there is no reason to end it.
        return code not in self._by_code or self._by_code[code].is_for(centre_de_gestion=centre_de_gestion)

    def offers(self, code: str, permission: Permission, *, centre_de_gestion: bool) -> bool:
        """Return whether the catalogue of today offers the permission; it may have offered more at the opening."""
        espace = self._by_code.get(code)
        return espace is not None and espace.offers(permission, centre_de_gestion=centre_de_gestion)

    def label(self, code: str) -> str:
        """Return the label; the code of an espace that has left the catalogue since its opening."""
        return self._by_code[code].label if code in self._by_code else code
