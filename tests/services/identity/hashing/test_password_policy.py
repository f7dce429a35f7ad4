"""Passwords and secret answers: which are accepted."""

import unicodedata
from typing import Any

import pytest

from services.identity.errors.passwords import (
    PasswordIsPersonal,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SecretAnswerTooShort,
)
from services.identity.hashing import password_policy
from tests.services.identity.builders import an_account

PERSONAL = an_account(last_name="Moreau-Lefèvre", first_name="Camille").personal_words


@pytest.mark.parametrize("length", [12, 128])
def test_the_shortest_and_the_longest_password_are_accepted(length: int) -> None:
    password = "é☃ 𝒳ab cdé"[:4] + "z" * (length - 4)

    assert len(password_policy.accepted_password(password, PERSONAL)) == length


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("elevenchars", PasswordTooShort),
        ("z" * 129, PasswordTooLong),
        ("qwerty123456", PasswordTooCommon),
        ("QWERTY123456", PasswordTooCommon),
        ("1q2w3e4r5t6y", PasswordTooCommon),
        ("Chorus-Pro-2026!", PasswordTooCommon),
        ("Mot de passe Guichet 1", PasswordTooCommon),
        ("camille.moreau@exemple.fr", PasswordIsPersonal),
        ("CONTACT@EXEMPLE.FR", PasswordIsPersonal),
        ("camille-moreau", PasswordIsPersonal),
        ("Moreau Lefevre", PasswordIsPersonal),
        ("camillemoreaulefevre", PasswordIsPersonal),
        ("Moreau-Lefèvre Camille 1985", PasswordIsPersonal),
    ],
)
def test_a_weak_password_is_refused_at_its_field(password: str, refused: type[Any]) -> None:
    with pytest.raises(refused) as caught:
        password_policy.accepted_password(password, PERSONAL)

    assert caught.value.errors == [{"field": "password", "code": refused.code}]


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaz", "1985 1985 1985", "             z", "пароль на каждый день"])
def test_nothing_is_asked_of_how_a_password_is_composed(password: str) -> None:
    assert password_policy.accepted_password(password, PERSONAL) == password


def test_length_is_counted_after_normalisation() -> None:
    with pytest.raises(PasswordTooShort):
        password_policy.accepted_password("e\u0301" * 11, PERSONAL)


def test_one_password_from_two_keyboards_is_one_password() -> None:
    password = "un été à la ferme №1"

    assert password_policy.normal_password(unicodedata.normalize("NFD", password)) == password_policy.accepted_password(
        password, PERSONAL
    )


@pytest.mark.parametrize("answer", ["Bébert", "bebert", "  BÉ BERT ", "be\u0301bert", "\u200fbé\u200bbert\u202c\x00"])
def test_a_secret_answer_is_kept_without_case_accents_spaces_and_what_nobody_sees(answer: str) -> None:
    assert password_policy.accepted_answer(answer) == "bebert"


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("L’Isle-d’Abeau", "L'Isle-d'Abeau"),
        ("L’Isle-d’Abeau", "lisle d abeau"),
        ("Sacré-Cœur", "Sacre-Coeur"),
        ("Sacré-Cœur", "SACRE COEUR"),
        ("Saint-Étienne (42)", "saint etienne 42"),
        ("R2-D2", "r2d2"),
        ("№ 5", "no 5"),
        ("Straße", "STRASSE"),
        ("Ex æquo", "EX AEQUO"),
        ("12/05/1978", "12.05.1978"),
        ("１２ mai", "12 mai"),
        ("Rex !", "« rex »"),
        ("Мурка", "мурка."),
    ],
)
def test_of_a_secret_answer_letters_and_digits_alone_count(stored: str, typed: str) -> None:
    assert password_policy.accepted_answer(stored) == password_policy.accepted_answer(typed)


@pytest.mark.parametrize(("stored", "typed"), [("Rex", "Max"), ("R2-D2", "R2-D3"), ("𠮷", "吉"), ("Мурка", "Murka")])
def test_another_answer_is_another(stored: str, typed: str) -> None:
    forms = password_policy.answers_to_compare(f"{typed} {typed}")

    assert password_policy.accepted_answer(f"{stored} {stored}") not in forms


@pytest.mark.parametrize("answer", ["L’Isle-d’Abeau", "Sacré-Cœur", "🐈🐈", "?!"])
def test_an_answer_is_also_compared_as_it_was_stored_before(answer: str) -> None:
    before = "".join(
        char for char in unicodedata.normalize("NFKD", answer).casefold() if not unicodedata.combining(char)
    )

    assert before in password_policy.answers_to_compare(answer)


@pytest.mark.parametrize("answer", ["é", "   ", " a ", "\u0301\u0301\u0301"])
def test_a_secret_answer_of_less_than_two_characters_is_refused(answer: str) -> None:
    with pytest.raises(SecretAnswerTooShort):
        password_policy.accepted_answer(answer)
