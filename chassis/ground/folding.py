"""How names are compared: without case, accents and punctuation."""

import re

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.orm import InstrumentedAttribute
from unidecode import unidecode


def folded(text: str) -> str:
    """`L'Œuf d'Été` → `L OEUF D ETE`."""
    return " ".join(re.findall(r"[0-9A-Z]+", unidecode(text).upper()))


def has_words_of(column: InstrumentedAttribute[str], typed: str) -> ColumnElement[bool]:
    """Whether a folded column has every word, in any order; a text without a word matches nothing."""
    words = folded(typed).split()
    return and_(*(column.contains(word) for word in words)) if words else false()
