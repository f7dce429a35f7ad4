"""Conversion of the directory's parts of a street to one line."""

from collections.abc import Iterable

_KINDS = {
    "ALL": "ALLEE",
    "AV": "AVENUE",
    "BD": "BOULEVARD",
    "CAR": "CARREFOUR",
    "CHE": "CHEMIN",
    "CHS": "CHAUSSEE",
    "COR": "CORNICHE",
    "CRS": "COURS",
    "DOM": "DOMAINE",
    "DSC": "DESCENTE",
    "ECA": "ECART",
    "ESP": "ESPLANADE",
    "FG": "FAUBOURG",
    "GR": "GRANDE RUE",
    "HAM": "HAMEAU",
    "HLE": "HALLE",
    "IMP": "IMPASSE",
    "LD": "LIEU-DIT",
    "LOT": "LOTISSEMENT",
    "MAR": "MARCHE",
    "MTE": "MONTEE",
    "PAS": "PASSAGE",
    "PL": "PLACE",
    "PLN": "PLAINE",
    "PLT": "PLATEAU",
    "PRO": "PROMENADE",
    "PRV": "PARVIS",
    "QUA": "QUARTIER",
    "RES": "RESIDENCE",
    "RLE": "RUELLE",
    "ROC": "ROCADE",
    "RPT": "ROND-POINT",
    "RTE": "ROUTE",
    "SEN": "SENTE",
    "SQ": "SQUARE",
    "TPL": "TERRE-PLEIN",
    "TRA": "TRAVERSE",
    "VLA": "VILLA",
    "VLGE": "VILLAGE",
}
_REPETITIONS = {"B": "BIS", "T": "TER", "Q": "QUATER", "C": "QUINQUIES"}


HouseNumber = tuple[str | None, str | None]
"""Number, and its repetition: `3`, `B`."""


def house_numbers(first: HouseNumber, last: HouseNumber) -> str | None:
    """Return `12-14`, `3 BIS` or `3 BIS-5 TER`: one number, or the first and the last of a building with several."""
    numbers = [joined((number, _REPETITIONS.get(repetition or "", repetition))) for number, repetition in (first, last)]
    return "-".join(dict.fromkeys(number for number in numbers if number)) or None


def street(numbers: str | None, kind: str | None, name: str | None) -> str | None:
    """Return `3 BIS CHEMIN DES CHENES` for `3 BIS`, `CHE`, `DES CHENES`; unknown abbreviations stay as they are."""
    return joined((numbers, _KINDS.get(kind or "", kind), name))


def joined(parts: Iterable[str | None]) -> str | None:
    return " ".join(part for part in parts if part) or None
