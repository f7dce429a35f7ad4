"""Normalisation of the characters in an identifier: capitals, and no blanks or punctuation that people add."""

import re


def single_blanks(typed: str) -> str:
    return " ".join(typed.upper().split())


def without_blanks(typed: str) -> str:
    return "".join(typed.upper().split())


def without_punctuation(typed: str) -> str:
    return re.sub(r"[\s.\-/]", "", typed.upper())
