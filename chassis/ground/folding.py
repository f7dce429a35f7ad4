"""Comparison of names without case, accents and punctuation."""

import re

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.orm import InstrumentedAttribute
from unidecode import unidecode


def folded(text: str) -> str:
    """Return the form to compare: `L'Œuf d'Été` → `L OEUF D ETE`."""
    return " ".join(re.findall(r"[0-9A-Z]+", unidecode(text).upper()))


def has_words_of(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], typed: str
) -> ColumnElement[bool]:
    """Return the condition that a folded column contains every word, in any order; without a word, nothing matches."""
    words = folded(typed).split()
    # Without the condition, an empty conjunction would match every row.
    return and_(*(column.contains(word) for word in words)) if words else false()
