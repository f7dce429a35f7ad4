"""Policy for passwords and secret answers, and their normal form for hashing (A-08, A-09)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from services.identity.errors.passwords import (
    PasswordIsPersonal,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SecretAnswerTooShort,
)

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 128
LEAST_CHARACTERS_OF_AN_ANSWER = 2

OF_THE_HOUSE = re.compile(
    r"(?:guichet|chorus|pro|aife|portail|espaces?|structures?|factures?|remboursement|tic|agricoles?|siret|insee"
    r"|comptes?|gestionnaire|utilisateur|motdepasse|identifiant|\d)+"
)
"""Words of this system and digits alone: the first guesses of any attacker."""

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
"""Letters that Unicode does not decompose, and French keyboards write as two."""
UNSEEN = frozenset({"Cc", "Cf"})
"""Unicode's categories of control and format characters, such as the marks that set the direction of reading."""


def accepted_password(password: str, personal: Iterable[str]) -> str:
    """Return the normal form of an acceptable password. `personal`: the e-mail addresses and names of its owner.

    Raise PasswordTooShort, PasswordTooLong, PasswordTooCommon or PasswordIsPersonal.
    """
    normal = normal_password(password)
    if len(normal) < LEAST_CHARACTERS:
        raise PasswordTooShort(field="password")
    if len(normal) > MOST_CHARACTERS:
        raise PasswordTooLong(field="password")
    if normal.casefold() in _common_passwords() or OF_THE_HOUSE.fullmatch(_core(normal)):
        raise PasswordTooCommon(field="password")
    # A name without letters has an empty core, and so has a password of punctuation alone.
    if _core(normal) in {_core(text) for text in personal} - {""}:
        raise PasswordIsPersonal(field="password")
    return normal


def normal_password(password: str) -> str:
    """Return the password in NFKC, so that every keyboard types the same one."""
    return unicodedata.normalize("NFKC", password)


def accepted_answer(answer: str) -> str:
    """Return the form of a secret answer to be stored (A-09). Raise SecretAnswerTooShort."""
    return answers_to_compare(answer)[0]


def answers_to_compare(answer: str) -> tuple[str, ...]:
    """Return the forms of an answer that the stored hash may have been made of. Raise SecretAnswerTooShort.

    The first has letters and digits alone, without case and accents (A-09): people remember how an answer sounds, and
    not how they once typed it. L’Isle-d’Abeau is L'Isle d'Abeau, and œ is oe. The second is that of answers stored
    earlier, and of those that have neither letters nor digits.
    """
    forms = [form for form in (_heard(answer), _with_punctuation(answer)) if _is_long_enough(form)]
    if not forms:
        raise SecretAnswerTooShort(field="secret_answer")
    return tuple(dict.fromkeys(forms))


def _heard(answer: str) -> str:
    """Return the letters and digits alone, of any script."""
    letters = _with_punctuation(answer).translate(LIGATURES)
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] in "LN")


def _is_long_enough(form: str) -> bool:
    return len(form) >= LEAST_CHARACTERS_OF_AN_ANSWER


def _with_punctuation(answer: str) -> str:
    # Normalised twice: folding can bring forth characters that decompose once more.
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", answer).casefold())
    return "".join(letter for letter in letters if _is_heard(letter))


def _is_heard(letter: str) -> bool:
    is_skipped = unicodedata.combining(letter) or letter.isspace() or unicodedata.category(letter) in UNSEEN
    return not is_skipped


def _core(text: str) -> str:
    """Return letters and digits without case, accents and digits at either end: Moreau-1985 is Moreau."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]", "", letters).strip("0123456789")


@cache
def _common_passwords() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
