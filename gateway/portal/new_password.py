"""Choosing a password (A-08): the fields that every such form has. `_new_password.html` shows them."""

from wtforms import PasswordField
from wtforms.validators import EqualTo

from gateway.clients.answers.identity import LinkState, RecoveryLinkState
from gateway.portal.forms import needed

LEAST_CHARACTERS, MOST_CHARACTERS = 12, 128
"""As identity has them; it alone decides."""


def new_password(label: str = "Mot de passe") -> PasswordField:
    return PasswordField(
        label,
        validators=[needed("Choisissez un mot de passe.")],
        description=f"{LEAST_CHARACTERS} caractères au moins. Une phrase que vous retiendrez convient très bien.",
        render_kw={"autocomplete": "new-password"},
    )


def new_password_again(label: str = "Mot de passe, une seconde fois", *, of: str = "password") -> PasswordField:
    same = EqualTo(of, "Les deux mots de passe sont différents. Saisissez-les à nouveau.")
    return PasswordField(
        label,
        validators=[needed("Saisissez le mot de passe une seconde fois."), same],
        render_kw={"autocomplete": "new-password"},
    )


def personal_words(owner: LinkState | RecoveryLinkState) -> list[str]:
    """What the page compares a password with while it is typed: the address and names of its owner."""
    last, first, address = owner["last_name"], owner["first_name"], owner["login_email"]
    return [last, first, last + first, first + last, address, address.rpartition("@")[0]]
