"""How names are compared: without case, accents and punctuation (S-02)."""

import re

from unidecode import unidecode


def folded(text: str) -> str:
    """`L'Œuf d'Été` → `L OEUF D ETE`."""
    return " ".join(re.findall(r"[0-9A-Z]+", unidecode(text).upper()))
