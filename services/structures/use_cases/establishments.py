"""Lookups in the directory, with the refusals that its answers lead to (S-05)."""

from dataclasses import dataclass

from services.structures.directory.port import Directory, Establishment
from services.structures.errors.directory import (
    DirectoryUnavailable,
    SiretClosed,
    SiretNotInDirectory,
    SiretUnknown,
)


def find_active(directory: Directory, siret: str, *, field: str | None = None) -> Establishment:
    """Return the active establishment of a SIRET. Raises SiretUnknown, SiretClosed or DirectoryUnavailable."""
    establishment = directory.find(siret)
    if establishment is None:
        raise SiretUnknown(field=field)
    if not establishment.is_active:
        raise SiretClosed(field=field)
    return establishment


@dataclass(frozen=True)
class Verified:
    """Word of the directory about a new structure: its entry, none, or one that is still awaited."""

    establishment: Establishment | None = None
    is_awaited: bool = False


def verify(directory: Directory, siret: str, *, admit_unknown: bool) -> Verified:
    """Return the directory's entry, or that it is awaited while the directory does not answer (S-05).

    With `admit_unknown`, in a sandbox, a SIRET that it lacks has no entry, and none is awaited. Raises
    SiretNotInDirectory or SiretClosed.
    """
    try:
        return Verified(find_active(directory, siret, field="identifier"))
    except DirectoryUnavailable:
        return Verified(is_awaited=True)
    except SiretUnknown as error:
        if admit_unknown:
            return Verified()
        raise SiretNotInDirectory(field="identifier") from error
