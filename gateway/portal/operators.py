"""Assistance: operators find the account of whoever asks them for help.

Names and e-mail addresses are personal data, which stand in no address: not in a proxy's log, not in the history of a
browser. So the form is sent (POST), and what was typed is kept in the operator's own cookie session until they search
again or sign out. The address of the results names the search by a key that says nothing: results can be gone back to,
reloaded and paged, and a page of one search is never shown as one of another that was begun beside it.
"""

import secrets
from typing import Any

from flask import redirect, request, session, url_for
from wtforms import SelectField, StringField

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, at_most, choices, stripped
from gateway.portal.searches import AFTER, ANY
from gateway.portal.sessions import operators_only

SEARCH = "recherche"
"""The key of a search in addresses, and the search in the cookie session."""
MOST_EMAIL, MOST_NAME, MOST_NUMBER = 254, 200, 16
STATUSES = [ANY, *((value, label) for value, (label, _) in wording.ACCOUNT_STATUSES.items())]


def _criterion(label: str, hint: str, most: int, **attributes: str) -> Any:
    """The browser proposes nothing that was typed here before: it is about others."""
    typed = {"autocomplete": "off", "spellcheck": "false", **attributes}
    return StringField(label, [at_most(most)], filters=[stripped], description=hint, render_kw=typed)


class AccountSearchForm(PortalForm):
    email = _criterion(
        "Adresse électronique", "Tout ou partie de l'adresse de connexion ou de contact.", MOST_EMAIL, inputmode="email"
    )
    name = _criterion("Nom et prénom", "Tout ou partie, dans n'importe quel ordre.", MOST_NAME)
    account_id = _criterion("Numéro de compte", "Celui que montre un historique.", MOST_NUMBER, inputmode="numeric")
    status = SelectField("Statut du compte", choices=choices(STATUSES), default="")

    def criteria(self) -> dict[str, str]:
        return {one.name: one.data for one in (self.email, self.name, self.account_id, self.status) if one.data}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if is_valid and not self.criteria():
            self.form_errors = ["Donnez au moins un critère."]
        return is_valid and not self.form_errors


@portal.get("/operateur")
@operators_only
def search_accounts() -> Any:
    key = request.args.get(SEARCH)
    criteria = _kept(key)
    form = AccountSearchForm(formdata=None, data=criteria)
    found = _found(form, criteria) if criteria else None
    return page("operator_search.html", form, found=found, key=key, is_forgotten=bool(key) and criteria is None)


@portal.post("/operateur")
@operators_only
def begin_search() -> Any:
    form = AccountSearchForm()
    if not form.sent_and_complete():
        return page("operator_search.html", form, found=None, key=None, is_forgotten=False)
    key = secrets.token_urlsafe(6)
    session[SEARCH] = {"key": key, "criteria": form.criteria()}
    return redirect(url_for("portal.search_accounts", recherche=key), 303)


def last_search() -> dict[str, str]:
    """What leads back to it; nothing where there is none."""
    return {SEARCH: session[SEARCH]["key"]} if SEARCH in session else {}


def _kept(key: str | None) -> dict[str, str] | None:
    kept = session.get(SEARCH)
    return kept["criteria"] if kept and kept["key"] == key else None


def _found(form: AccountSearchForm, criteria: dict[str, str]) -> Any:
    """A page of accounts; None when the criteria are not valid."""
    try:
        return services().identity.search_accounts(criteria | {"after": request.args.get(AFTER, "")})
    except ServiceRefusal as refusal:
        if refusal.status != 422:
            raise
        form.blame(refusal)
        return None
