"""Step 2 of the guide: a structure that is not there yet is created, filled from the directory (S-04, S-05, S-08)."""

from typing import Any

from flask import flash, redirect, request, url_for
from wtforms import RadioField, SelectField

from gateway import messages
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, choices, digits, text
from gateway.portal.sessions import signed_in
from gateway.portal.structure_form import StructureForm

SIRET = "SIRET"
WITHOUT_SIRET = [choice for choice in wording.IDENTIFIER_TYPES.items() if choice[0] != SIRET]


class IdentifierForm(PortalForm):
    has_siret = RadioField(
        "Cette structure a-t-elle un SIRET ?",
        choices=choices([("oui", "Oui, elle a un SIRET"), ("non", "Non, elle n'a pas de SIRET")]),
        default="oui",
    )
    identifier = digits("SIRET", hint="14 chiffres. Si la structure a un SIRET.")
    rcs_number = text("Numéro RCS", hint="Si la structure est inscrite au registre du commerce et des sociétés.")
    identifier_type = SelectField(
        "Type d'identifiant", choices=choices(WITHOUT_SIRET), description="Si la structure n'a pas de SIRET."
    )

    def siret(self) -> str:
        return "".join((self.identifier.data or "").split())

    def input_for(self, blamed: str) -> str:
        return "identifier" if blamed == "siret" else super().input_for(blamed)

    def sent_and_complete(self) -> bool:
        complete = super().sent_and_complete()
        if complete and self.has_siret.data == "oui" and not self.siret():
            self.blame_field("identifier", "Indiquez le SIRET de la structure.")
            return False
        return complete


@portal.route("/structures/nouvelle", methods=["GET", "POST"])
@signed_in
def new_structure() -> Any:
    form = IdentifierForm(identifier=request.args.get("siret", ""))
    if form.sent_and_complete():
        if form.has_siret.data == "non":
            return redirect(url_for("portal.structure_details", type=form.identifier_type.data), 303)
        try:
            return _next_for(form.siret(), form.rcs_number.data)
        except ServiceRefusal as refusal:
            form.blame(refusal)
            if not refusal.errors:
                form.form_errors = []
                form.blame_field("identifier", _sentence(refusal))
    return page("new_structure.html", form)


@portal.route("/structures/nouvelle/saisie", methods=["GET", "POST"])
@signed_in
def structure_details() -> Any:
    kind = request.args.get("type", SIRET)
    if kind not in wording.IDENTIFIER_TYPES:
        return redirect(url_for("portal.new_structure"), 303)
    siret = request.args.get("siret", "") if kind == SIRET else ""
    known, directory_answers = _from_directory(siret) if siret and request.method == "GET" else ({}, True)
    form = _details_form(kind, siret, known)
    if form.sent_and_complete():
        try:
            made = services().structures.create(form.structure() | {"identifier_type": kind})
            flash(f"« {made['name']} » est enregistrée. Vous en êtes le gestionnaire principal.")
            return redirect(url_for("portal.structure", structure_id=made["structure_id"], nouvelle="oui"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("structure_details.html", form, kind=kind, known=known, directory_answers=directory_answers)


def _details_form(kind: str, siret: str, known: dict[str, Any]) -> StructureForm:
    filled = known | {"identifier": siret, "rcs_number": request.args.get("rcs", "")}
    form = StructureForm(**filled)
    form.identifier.label.text = wording.IDENTIFIERS[kind]
    form.identifier.description = wording.IDENTIFIER_HINTS.get(kind, "")
    if siret:
        form.identifier.data, form.identifier.render_kw = siret, {"readonly": True}
    return form


def _next_for(siret: str, rcs_number: str | None) -> Any:
    """The registry comes before the directory: what is there already is not created a second time (S-01)."""
    found = services().structures.search({"identifier": siret, "identifier_type": SIRET})["items"]
    if found:
        flash("Cette structure est déjà enregistrée. Vous pouvez demander à y être rattaché.")
        return redirect(url_for("portal.search", identifier=siret, identifier_type=SIRET), 303)
    try:
        services().structures.establishment(siret)
    except ServiceRefusal as refusal:
        if refusal.status < 500:
            raise
    return redirect(url_for("portal.structure_details", siret=siret, rcs=rcs_number or None), 303)


def _from_directory(siret: str) -> tuple[dict[str, Any], bool]:
    """What the directory knows, and whether it answered: without it the person fills the form (S-05)."""
    try:
        return {name: value for name, value in services().structures.establishment(siret).items() if value}, True
    except ServiceRefusal as refusal:
        if refusal.code == "catching_up":
            raise
        return {}, refusal.status < 500


def _sentence(refusal: ServiceRefusal) -> str:
    return messages.for_refusal(refusal.code, refusal.status)
