"""Passwords and secret answers: what is accepted (A-08, A-09), and how it is kept."""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.identity.background import Background
from services.identity.errors import (
    PasswordIsPersonal,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SecretAnswerTooShort,
)
from services.identity.pace import Pace
from services.identity.turns import Turns

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 128
LEAST_CHARACTERS_OF_AN_ANSWER = 2

OF_THE_HOUSE = re.compile(
    r"(?:guichet|chorus|pro|aife|portail|espaces?|structures?|factures?|remboursement|tic|agricoles?|siret|insee"
    r"|comptes?|gestionnaire|utilisateur|motdepasse|identifiant|\d)+"
)
"""What anyone would try first here: words of this system and digits, and nothing else."""

UNSEEN = frozenset({"Cc", "Cf"})
"""Unicode's categories of control and format characters, such as the marks that set the direction of reading."""


def accepted_password(password: str, personal: Iterable[str]) -> str:
    """The password as it is hashed. `personal`: the e-mail addresses and names of its owner.

    Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon or PasswordIsPersonal.
    """
    normal = normal_password(password)
    if len(normal) < LEAST_CHARACTERS:
        raise PasswordTooShort(field="password")
    if len(normal) > MOST_CHARACTERS:
        raise PasswordTooLong(field="password")
    if normal.casefold() in _common_passwords() or OF_THE_HOUSE.fullmatch(_core(normal)):
        raise PasswordTooCommon(field="password")
    if _core(normal) in {_core(text) for text in personal} - {""}:
        raise PasswordIsPersonal(field="password")
    return normal


def normal_password(password: str) -> str:
    """NFKC: the same password from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def accepted_answer(answer: str) -> str:
    """A secret answer as it is hashed: without case, accents, spaces and what nobody sees.

    Raises SecretAnswerTooShort.
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", answer).casefold())
    normal = "".join(letter for letter in letters if _is_heard(letter))
    if len(normal) < LEAST_CHARACTERS_OF_AN_ANSWER:
        raise SecretAnswerTooShort(field="secret_answer")
    return normal


class Hasher:
    """Argon2id, a bounded number at a time: each takes memory and a processor for its while. Raises TooBusy when more
    wait than there are `places` for, to whoever has the highest `rank` (A-11): see Turns."""

    def __init__(self, argon2: PasswordHasher, *, at_once: int, places: int = 8) -> None:
        self._argon2 = argon2
        self._turns = Turns(at_once=at_once, places=places)
        self._pace = Pace()
        self._background = Background(at_once)
        self._decoy = argon2.hash(secrets.token_urlsafe())

    def hash(self, text: str) -> str:
        with self._turns.turn():
            return self._background.run(self._argon2.hash, text)

    def matches(self, stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        """Takes the same time with nothing stored as with a wrong `text` (A-10)."""
        with self._turns.turn(rank, keys):
            return self._verify(stored or self._decoy, text) and stored is not None

    def pretend(self, _stored: str | None, text: str, rank: int = 0, keys: Collection[str] = ()) -> bool:
        """False, when `matches` would say so, but without its work: for what must not even be looked at (A-11)."""
        with self._turns.turn(rank, keys):
            if self._pace.is_known():
                self._pace.keep()
            else:
                self._verify(self._decoy, text)
        return False

    def _verify(self, stored: str, text: str) -> bool:
        with self._pace.measured():
            try:
                return self._background.run(self._argon2.verify, stored, text)
            except VerifyMismatchError:
                return False

    def refreshed(self, stored: str | None, text: str) -> str | None:
        """A new hash of what `stored` is the hash of, if that was made with other parameters than those set today."""
        return self.hash(text) if stored and self._argon2.check_needs_rehash(stored) else None


def _is_heard(letter: str) -> bool:
    passed_over = unicodedata.combining(letter) or letter.isspace() or unicodedata.category(letter) in UNSEEN
    return not passed_over


def _core(text: str) -> str:
    """Letters and digits without case and accents, and without digits at the ends: Moreau-1985 is Moreau."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]", "", letters).strip("0123456789")


@cache
def _common_passwords() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
