"""New password (A-08): the two fields of every form that sets one. `parts/_new_password.html` shows them."""

from wtforms import PasswordField
from wtforms.validators import EqualTo

from gateway.clients.answers.identity import LinkState, RecoveryLinkState
from gateway.portal.frame.forms import needed

LEAST_CHARACTERS, MOST_CHARACTERS = 12, 128
"""Identity has the same bounds, and it alone decides."""


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
    """Return address and names of the owner: password.js compares the password with them while it is typed."""
    last, first, address = owner["last_name"], owner["first_name"], owner["login_email"]
    return [last, first, last + first, first + last, address, address.rpartition("@")[0]]
