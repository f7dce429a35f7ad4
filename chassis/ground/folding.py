"""Comparison of names without case, accents and punctuation."""

import re
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.orm import InstrumentedAttribute
from unidecode import unidecode

MOST_WORDS, LEAST_LETTERS = 8, 2
"""Bounds of a search: each word costs the database a look at every row, and a single letter finds nearly all."""


def folded(text: str) -> str:
    """Return the form to compare: `L'Œuf d'Été` → `L OEUF D ETE`."""
    return " ".join(re.findall(r"[0-9A-Z]+", unidecode(text).upper()))


def searchable(text: str) -> str:
    """Return the words by which a name is found, each once.

    Letters that stand alone are one word (`E.A.R.L.` → `EARL`), and what punctuation joins is a word more
    (`L'ETOILE-DU-SUD` → `L ETOILE DU SUD LETOILEDUSUD`), as people leave it out when they search.
    """
    chunks = (folded(chunk) for chunk in text.split())
    joined = (chunk.replace(" ", "") for chunk in chunks if " " in chunk)
    return " ".join(dict.fromkeys([*_words(text), *joined]))


def words_to_find(typed: str) -> list[str]:
    """Return the words that a search compares: at most MOST_WORDS, each once and of two letters or more."""
    words = (word for word in _words(typed) if len(word) >= LEAST_LETTERS)
    return list(dict.fromkeys(words))[:MOST_WORDS]


def has_words_of(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], typed: str
) -> ColumnElement[bool]:
    """Return the condition that a searchable column contains every word, in any order; without one, nothing matches."""
    words = words_to_find(typed)
    # Without the condition, an empty conjunction would match every row.
    return and_(*(column.contains(word) for word in words)) if words else false()


def _words(text: str) -> Iterator[str]:
    """Yield the folded words, letters that stand alone in a row as one."""
    for is_letter, group in groupby(folded(text).split(), key=lambda word: len(word) == 1 and word.isalpha()):
        words = list(group)
        yield from ["".join(words)] if is_letter else words
