"""Text as people paste it: with characters that nobody sees, and marks that do not count."""

import re
import unicodedata

INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
    r"\uffa0\U000e0000-\U000e0fff"
)
"""Characters without a mark of their own, for a class of a pattern: zero width, fillers, variation selectors."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DIRECTION_MARKS = "\u200e\u200f"
_AT_THE_ENDS = re.compile(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$")
_ONLY_INVISIBLE = re.compile(rf"[\s{INVISIBLE}]*")
_SEPARATING = ("Z", "P", "Cf")
"""Beginnings of Unicode's categories of blanks, of punctuation and of invisible characters."""
_MINUS = "\N{MINUS SIGN}"
"""Dash of spreadsheets and text processors, which Unicode counts as a sign of mathematics."""
_COUNTING = "*"
"""Punctuation that is part of some numbers: old Irish VAT numbers have it."""


def trimmed(text: str) -> str:
    """Return the text without blanks and invisible characters at its ends; without anything to see, it is empty.

    Those inside may join letters or emoji, and a mark of direction belongs to the script of the text.
    """
    if _ONLY_INVISIBLE.fullmatch(text):
        return ""
    return _AT_THE_ENDS.sub(lambda ends: "".join(char for char in ends[0] if char in _DIRECTION_MARKS), text)


def address(text: str) -> str:
    """Return an e-mail address without the blanks around it, and without invisible characters anywhere."""
    return _INVISIBLE.sub("", text).strip()


def visible(text: str) -> str:
    """Return the text of a number without invisible characters, among them the marks of its direction."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")


def number(text: str) -> str:
    """Return the letters and digits of a number that identifies, such as a SIRET: capitals, in their plain forms.

    Full-width digits are digits; blanks, dashes and dots between the groups do not count. What is neither stays, so
    that a wrong letter is still refused.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if char in _COUNTING or not _separates(char))


def _separates(char: str) -> bool:
    return char.isspace() or char == _MINUS or unicodedata.category(char).startswith(_SEPARATING)
