"""Search for a structure to attach to, before creating it (S-02); for a public one without an account (S-03)."""

from typing import Any

from flask import request
from wtforms import SelectField

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, choices, digits, text
from gateway.portal.sessions import signed_in

ANY = ("", "Indifférent")
MAIN = ("identifier", "identifier_type", "name")
AFTER = "suite"


def _select(label: str, offered: list[tuple[str, str]]) -> SelectField:
    return SelectField(label, choices=choices([ANY, *offered]), default="")


class SearchForm(PortalForm):
    class Meta:  # noqa: D106 (as WTForms wants it)
        csrf = False

    identifier = digits("Identifiant", hint="Par exemple un numéro SIRET de 14 chiffres.")
    identifier_type = _select("Type d'identifiant", list(wording.IDENTIFIER_TYPES.items()))
    name = text("Raison sociale", hint="Tout ou partie du nom.")
    label = text("Libellé de la structure")
    is_public = _select("Type", [("false", "Privée"), ("true", "Publique")])
    status = _select("Statut", [("ACTIF", "Active"), ("INACTIF", "Inactive")])
    postcode = text("Code postal")
    town = text("Ville")
    country = _select("Pays", wording.countries())

    def criteria(self) -> dict[str, Any]:
        given = {field.name: field.data for field in self if field.data}
        if "identifier" in given and given.get("identifier_type") == "SIRET":
            given["identifier"] = "".join(given["identifier"].split())
        return given

    def page_after(self, cursor: str) -> dict[str, Any]:
        return self.criteria() | {AFTER: cursor}

    def has_more_criteria(self) -> bool:
        return any(name not in MAIN for name in self.criteria())

    def siret(self) -> str:
        """What to carry over to a new structure."""
        typed = "".join((self.identifier.data or "").split())
        return typed if typed.isdigit() else ""


@portal.get("/structures/recherche")
@signed_in
def search() -> Any:
    form = SearchForm(request.args)
    return page("search.html", form, found=_found(form, services().structures.search))


@portal.get("/structures/publiques")
def search_public() -> Any:
    form = SearchForm(request.args)
    del form.is_public
    return page("search_public.html", form, found=_found(form, services().structures.search_public))


def _found(form: SearchForm, ask: Any) -> Any:
    """A page of structures; None when nothing was searched for or the criteria are not valid."""
    if not form.criteria() or not form.validate():
        return None
    try:
        return ask(form.criteria() | {"after": request.args.get(AFTER)})
    except ServiceRefusal as refusal:
        if refusal.status != 422:
            raise
        form.blame(refusal)
        return None
