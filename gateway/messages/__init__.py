"""What people read when something is refused: the one place that holds a French sentence for each code.

A sentence says what is wrong and what to do next. A code without a sentence still gets one, by its status: a person
never reads a code.
"""

from gateway.messages.fields import FIELD_ERRORS, LABELS
from gateway.messages.happenings import HAPPENINGS
from gateway.messages.refusals import BY_STATUS, SENTENCES, TO_OPERATORS

__all__ = [
    "BY_STATUS",
    "FIELD_ERRORS",
    "HAPPENINGS",
    "LABELS",
    "SENTENCES",
    "TO_OPERATORS",
    "for_error",
    "for_field",
    "for_operator",
    "for_refusal",
    "label",
]

OTHERWISE = "Votre demande n'a pas pu aboutir. Vérifiez-la, puis réessayez."
FIELD_OTHERWISE = "Cette valeur n'est pas acceptée. Corrigez-la."


def for_refusal(code: str, status: int) -> str:
    """The sentence for a refusal as a whole."""
    return SENTENCES.get(code) or BY_STATUS.get(status) or OTHERWISE


def for_operator(code: str, status: int) -> str:
    """The same, where the account is not that of who reads it."""
    return TO_OPERATORS.get(code) or for_refusal(code, status)


def for_error(code: str) -> str:
    """The sentence for what is wrong with one field, to show beside it."""
    return FIELD_ERRORS.get(code) or SENTENCES.get(code) or FIELD_OTHERWISE


def for_field(code: str, field: str) -> str:
    """The same, where the field must be named: `Code postal : cette information est obligatoire.`"""
    sentence = for_error(code)
    return f"{label(field)} : {sentence[0].lower()}{sentence[1:]}"


def label(field: str) -> str:
    """What the portal calls a field; `checks.3.espace` is called like `espace`. Its own name when it is unknown."""
    last = next((part for part in reversed(field.split(".")) if not part.isdecimal()), field)
    return LABELS.get(field) or LABELS.get(last) or last
