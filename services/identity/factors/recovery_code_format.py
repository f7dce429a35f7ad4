"""Recovery codes as text: the substitute for a lost second factor (A-14)."""

import secrets

from chassis.ground import pasted

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32, without I, L, O and U, so easily mistaken."""

HOW_MANY = 10
GROUPS, GROUP_CHARACTERS = 6, 4
"""Groups that make 120 random bits. From 112 bits on, NIST SP 800-63B asks for no slow hash: guessing a code from its
fingerprint is out of reach."""

_MISREAD = str.maketrans("ILO", "110")


def new_codes() -> list[str]:
    """Return HOW_MANY codes in the form for people: `7K2M-…`, six groups of four."""
    return [_new_code() for _ in range(HOW_MANY)]


def normalised(code: str) -> str:
    """Return the form to be fingerprinted: its letters and digits, with I and L for 1 and O for 0 forgiven."""
    return pasted.number(code).translate(_MISREAD)


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_CHARACTERS)) for _ in range(GROUPS))
