"""Assistance: operators search for the account of a person in need of help.

Names and e-mail addresses are personal data, and must not stand in an address: proxies log addresses, and browsers keep
them in their history. So the form is sent with POST, and its criteria stay in the operator's own cookie session until
the next search, or until they sign out. The address of the results names the search by a random key: results can be
gone back to, reloaded and paged, and a page of one search never passes for that of another begun beside it.
"""

import secrets

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from gateway.clients.answers.identity import KnownAccountPage
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, at_most, optional_select, stripped
from gateway.portal.frame.sessions import operators_only
from gateway.portal.parts.paging import cursor

SEARCH = "recherche"
"""Parameter of the address with the key of a search; also the entry of the cookie session with key and criteria."""
LONGEST_EMAIL, LONGEST_NAME, LONGEST_NUMBER = 254, 200, 16
STATUSES = [(value, label) for value, (label, _) in wording.ACCOUNT_STATUSES.items()]


def _criterion(label: str, hint: str, longest: int, inputmode: str | None = None) -> StringField:
    # The browser must not offer earlier input: it is about other people.
    attributes = {"autocomplete": "off", "spellcheck": "false"} | ({"inputmode": inputmode} if inputmode else {})
    return StringField(label, [at_most(longest)], filters=[stripped], description=hint, render_kw=attributes)


class AccountSearchForm(PortalForm):
    email = _criterion(
        "Adresse électronique", "Tout ou partie de l'adresse de connexion ou de contact.", LONGEST_EMAIL, "email"
    )
    name = _criterion("Nom et prénom", "Tout ou partie, dans n'importe quel ordre.", LONGEST_NAME)
    account_id = _criterion("Numéro de compte", "Celui que montre un historique.", LONGEST_NUMBER, "numeric")
    status = optional_select("Statut du compte", STATUSES)

    def criteria(self) -> dict[str, str]:
        return {one.name: one.data for one in (self.email, self.name, self.account_id, self.status) if one.data}

    def validate(self, extra_validators: object = None) -> bool:
        # An error of the form as a whole has no field, so `validate_<field>` cannot report it.
        is_valid = bool(super().validate(extra_validators))
        if is_valid and not self.criteria():
            self.form_errors = ["Donnez au moins un critère."]
        return is_valid and not self.form_errors


@portal.get("/operateur")
@operators_only
def search_accounts() -> ResponseReturnValue:
    key = request.args.get(SEARCH)
    criteria = _criteria_of(key)
    form = AccountSearchForm(formdata=None, data=criteria)
    results = _results(form, criteria) if criteria else None
    return render_page(
        "assistance/account_search.html", form, results=results, key=key, is_replaced=bool(key) and criteria is None
    )


@portal.post("/operateur")
@operators_only
def begin_search() -> ResponseReturnValue:
    form = AccountSearchForm()
    if not form.validate_on_submit():
        return render_page("assistance/account_search.html", form, results=None, key=None, is_replaced=False)
    # No secret: the key only tells the searches of one operator apart.
    key = secrets.token_urlsafe(6)
    session[SEARCH] = {"key": key, "criteria": form.criteria()}
    return redirect(url_for("portal.search_accounts", recherche=key), 303)


def last_search() -> dict[str, str]:
    """Return the parameters of the address of the last search's results; empty when there was none."""
    return {SEARCH: session[SEARCH]["key"]} if SEARCH in session else {}


def _criteria_of(key: str | None) -> dict[str, str] | None:
    """Return the criteria of the search with this key; None when another search has replaced it."""
    last = session.get(SEARCH)
    return last["criteria"] if last and last["key"] == key else None


def _results(form: AccountSearchForm, criteria: dict[str, str]) -> KnownAccountPage | None:
    """Return a page of accounts; None when identity does not accept the criteria."""
    with form.showing_input_errors():
        return services().identity.search_accounts(criteria | {"after": cursor() or ""})
    return None
