"""Form that passkeys.js fills with the browser's answer, and its error when the browser gave none."""

import json

from wtforms import HiddenField
from wtforms.validators import ValidationError

from gateway.portal.frame.forms import PortalForm

NO_ANSWER = "Votre navigateur n'a pas donné de clé d'accès. Réessayez, avec JavaScript activé."


class PasskeyForm(PortalForm):
    passkey = HiddenField()
    answer: dict[str, object]
    """Credential as WebAuthn's JSON serialization has it, once the form is valid."""

    def validate_passkey(self, field: HiddenField) -> None:
        try:
            self.answer = json.loads(field.data or "")
        except (ValueError, RecursionError) as error:
            raise ValidationError(NO_ANSWER) from error
