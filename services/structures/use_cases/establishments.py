"""Lookups in the directory, with the refusals that its answers lead to (S-05)."""

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


def verify(directory: Directory, siret: str, *, admit_unknown: bool) -> Establishment | None:
    """Return the directory's entry; None if the structure has to stay unverified (S-05).

    Unverified means that the directory does not answer or, with `admit_unknown` in a sandbox, lacks the SIRET.
    Raises SiretNotInDirectory or SiretClosed.
    """
    try:
        return find_active(directory, siret, field="identifier")
    except DirectoryUnavailable:
        return None
    except SiretUnknown as error:
        if admit_unknown:
            return None
        raise SiretNotInDirectory(field="identifier") from error
