"""The form that passkeys.js fills: what the browser answers, and what stands there while it cannot ask."""

import json
from typing import Any

from wtforms import HiddenField

from gateway.portal.forms import PortalForm

NO_ANSWER = "Votre navigateur n'a pas donné de clé d'accès. Réessayez, avec JavaScript activé."


class PasskeyForm(PortalForm):
    passkey = HiddenField()
    answer: dict[str, Any]
    """What the browser said, once the form is sent and complete."""

    def sent_and_complete(self) -> bool:
        if not super().sent_and_complete():
            return False
        try:
            self.answer = json.loads(self.passkey.data or "")
        except (ValueError, RecursionError):
            self.form_errors = [*self.form_errors, NO_ANSWER]
            return False
        return True
