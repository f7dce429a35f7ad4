"""Search for a structure: before an attachment or a new one (S-02); for a public one, without an account (S-03)."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import request
from flask.typing import ResponseReturnValue

from chassis.ground import pasted
from gateway.clients.answers.structures import PublicStructurePage, StructurePage
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, digits, optional_select, text
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts import paging

MAIN = ("identifier", "identifier_type", "name")

Results = TypeVar("Results", StructurePage, PublicStructurePage)


class SearchForm(PortalForm):
    class Meta:  # noqa: D106 (as WTForms wants it)
        # A search changes nothing, and its address can be kept and sent to others.
        csrf = False

    identifier = digits("Identifiant", hint="Par exemple un numéro SIRET de 14 chiffres.")
    identifier_type = optional_select("Type d'identifiant", wording.IDENTIFIER_TYPES.items())
    name = text("Raison sociale", hint="Tout ou partie du nom.")
    label = text("Libellé de la structure")
    is_public = optional_select("Type", [("false", "Privée"), ("true", "Publique")])
    status = optional_select("Statut", [("ACTIF", "Active"), ("INACTIF", "Inactive")])
    postcode = text("Code postal")
    town = text("Ville")
    country = optional_select("Pays", wording.countries())

    def criteria(self) -> dict[str, str]:
        return {field.name: field.data for field in self if field.data}

    def page_after(self, cursor: str) -> dict[str, str]:
        """Return the parameters of the address of the next page."""
        return self.criteria() | {paging.CURSOR: cursor}

    def has_more_criteria(self) -> bool:
        return any(name not in MAIN for name in self.criteria())

    def siret(self) -> str:
        """Return the SIRET to carry over to a new structure, or an empty string."""
        typed = pasted.number(self.identifier.data or "")
        return typed if typed.isdecimal() else ""


@portal.get("/structures/recherche")
@signed_in
def search() -> ResponseReturnValue:
    form = SearchForm(request.args)
    return render_page("structures/search.html", form, results=_results(form, services().structures.search))


@portal.get("/structures/publiques")
def search_public() -> ResponseReturnValue:
    form = SearchForm(request.args)
    # All structures of this search are public.
    del form.is_public
    results = _results(form, services().structures.search_public)
    return render_page("structures/search_public.html", form, results=results)


def _results(form: SearchForm, find: Callable[[Mapping[str, str | None]], Results]) -> Results | None:
    """Return a page of structures; None when there are no criteria, or they are not valid."""
    if not form.criteria() or not form.validate():
        return None
    with form.showing_input_errors():
        return find(form.criteria() | {"after": paging.cursor()})
    return None
