"""What passwords and answers are accepted, and how they are kept."""

import threading
import unicodedata
from typing import Any

import pytest
from argon2 import PasswordHasher

from services.identity import errors
from services.identity.passwords import Hasher, accepted_answer, accepted_password, normal_password
from tests.kit.together import together
from tests.services.identity.builders import an_account

PERSONAL = an_account(last_name="Moreau-Lefèvre", first_name="Camille").personal_words


def a_hasher() -> Hasher:
    return Hasher(PasswordHasher(1, 64, 1), at_once=2)


class Crowded(PasswordHasher):
    """Counts how many are inside at the same time."""

    def __init__(self) -> None:
        super().__init__(1, 64, 1)
        self.inside, self.most = 0, 0
        self._lock = threading.Lock()
        self._full = threading.Event()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self._full.wait(0.02)
        with self._lock:
            self.inside -= 1
        return super().hash(password, salt=salt)


@pytest.mark.parametrize("length", [12, 128])
def test_the_shortest_and_the_longest_password_are_accepted(length: int) -> None:
    password = "é☃ 𝒳ab cdé"[:4] + "z" * (length - 4)

    assert len(accepted_password(password, PERSONAL)) == length


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("elevenchars", errors.PasswordTooShort),
        ("z" * 129, errors.PasswordTooLong),
        ("qwerty123456", errors.PasswordTooCommon),
        ("QWERTY123456", errors.PasswordTooCommon),
        ("1q2w3e4r5t6y", errors.PasswordTooCommon),
        ("Chorus-Pro-2026!", errors.PasswordTooCommon),
        ("Mot de passe Guichet 1", errors.PasswordTooCommon),
        ("camille.moreau@exemple.fr", errors.PasswordIsPersonal),
        ("CONTACT@EXEMPLE.FR", errors.PasswordIsPersonal),
        ("camille-moreau", errors.PasswordIsPersonal),
        ("Moreau Lefevre", errors.PasswordIsPersonal),
        ("camillemoreaulefevre", errors.PasswordIsPersonal),
        ("Moreau-Lefèvre Camille 1985", errors.PasswordIsPersonal),
    ],
)
def test_a_weak_password_is_refused_at_its_field(password: str, refused: type[Any]) -> None:
    with pytest.raises(refused) as caught:
        accepted_password(password, PERSONAL)

    assert caught.value.errors == [{"field": "password", "code": refused.code}]


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaz", "1985 1985 1985", "             z", "пароль на каждый день"])
def test_nothing_is_asked_of_how_a_password_is_composed(password: str) -> None:
    assert accepted_password(password, PERSONAL) == password


def test_length_is_counted_after_normalisation() -> None:
    with pytest.raises(errors.PasswordTooShort):
        accepted_password("e\u0301" * 11, PERSONAL)


def test_one_password_from_two_keyboards_is_one_password() -> None:
    password = "un été à la ferme №1"

    assert normal_password(unicodedata.normalize("NFD", password)) == accepted_password(password, PERSONAL)


@pytest.mark.parametrize("answer", ["Bébert", "bebert", "  BÉ BERT ", "be\u0301bert", "\u200fbé\u200bbert\u202c\x00"])
def test_a_secret_answer_is_kept_without_case_accents_spaces_and_what_nobody_sees(answer: str) -> None:
    assert accepted_answer(answer) == "bebert"


@pytest.mark.parametrize("answer", ["é", "   ", " a ", "\u0301\u0301\u0301"])
def test_a_secret_answer_of_less_than_two_characters_is_refused(answer: str) -> None:
    with pytest.raises(errors.SecretAnswerTooShort):
        accepted_answer(answer)


def test_a_password_is_kept_as_an_argon2id_hash_with_the_parameters_set() -> None:
    hasher = Hasher(PasswordHasher(2, 128, 1), at_once=1)

    stored = hasher.hash("a password to keep")

    assert stored.startswith("$argon2id$v=19$m=128,t=2,p=1$")
    assert hasher.matches(stored, "a password to keep")
    assert not hasher.matches(stored, "another password")


def test_a_hash_is_renewed_when_it_was_made_with_other_parameters() -> None:
    yesterday, today = Hasher(PasswordHasher(1, 64, 1), at_once=1), Hasher(PasswordHasher(2, 128, 1), at_once=1)
    stored = yesterday.hash("a password to keep")

    renewed = today.refreshed(stored, "a password to keep")

    assert str(renewed).startswith("$argon2id$v=19$m=128,t=2,p=1$")
    assert today.matches(renewed, "a password to keep")
    assert today.refreshed(str(renewed), "a password to keep") is None


def test_nothing_stored_matches_nothing() -> None:
    assert not a_hasher().matches(None, "a password to keep")


def test_no_more_hashes_are_made_at_once_than_set() -> None:
    argon2 = Crowded()
    hasher = Hasher(argon2, at_once=2)

    together(*[lambda: hasher.hash("x")] * 6)

    assert argon2.most == 2
