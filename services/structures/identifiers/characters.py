"""Normalisation of the characters in an identifier: capitals, and no blanks or punctuation that people add."""

from chassis.ground import pasted


def single_blanks(typed: str) -> str:
    return " ".join(pasted.address(typed).upper().split())


def without_blanks(typed: str) -> str:
    return "".join(pasted.address(typed).upper().split())


def without_punctuation(typed: str) -> str:
    return pasted.number(typed)
