"""Current password, asked for again where being signed in is not enough (A-12)."""

from wtforms import PasswordField

from gateway.portal.frame.forms import PortalForm, needed


def current_password() -> PasswordField:
    return PasswordField(
        "Votre mot de passe actuel",
        validators=[needed("Saisissez votre mot de passe actuel.")],
        description="Pour être sûr que c'est bien vous.",
        render_kw={"autocomplete": "current-password"},
    )


class CurrentPasswordForm(PortalForm):
    current_password = current_password()
