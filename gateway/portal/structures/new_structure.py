"""New structure, filled from the directory (step 2 of the guide; S-04, S-05, S-08)."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from chassis.ground import pasted
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, choices, digits, text
from gateway.portal.frame.sessions import signed_in
from gateway.portal.structures.structure_form import StructureForm

SIRET, HORS_UE = "SIRET", "HORS_UE"
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
        return pasted.number(self.identifier.data or "")

    def validate_identifier(self, field: StringField) -> None:
        if self.has_siret.data == "oui" and not self.siret():
            raise ValidationError("Indiquez le SIRET de la structure.")

    def field_for(self, input_name: str) -> str:
        return "identifier" if input_name == "siret" else super().field_for(input_name)

    def add_refusal(self, refusal: ServiceRefusal) -> None:
        """Show a refusal as a whole at the SIRET: registry and directory are only asked about that."""
        super().add_refusal(refusal)
        if not refusal.errors:
            self.form_errors = []
            self.add_field_error("identifier", self.sentence_for(refusal))


@portal.route("/structures/nouvelle", methods=["GET", "POST"])
@signed_in
def new_structure() -> ResponseReturnValue:
    form = IdentifierForm(identifier=request.args.get("siret", ""))
    if form.validate_on_submit():
        if form.has_siret.data == "non":
            return redirect(url_for("portal.structure_details", type=form.identifier_type.data), 303)
        with form.showing_refusals():
            return _next_page(form.siret(), form.rcs_number.data)
    return render_page("structures/new_structure.html", form)


@portal.route("/structures/nouvelle/saisie", methods=["GET", "POST"])
@signed_in
def structure_details() -> ResponseReturnValue:
    kind = request.args.get("type", SIRET)
    if kind not in wording.IDENTIFIER_TYPES:
        return redirect(url_for("portal.new_structure"), 303)
    siret = request.args.get("siret", "") if kind == SIRET else ""
    # Only to fill an empty form: once it is sent, the person's own words stand.
    establishment, directory_answers = _from_directory(siret) if siret and request.method == "GET" else ({}, True)
    form = _details_form(kind, siret, establishment)
    if form.validate_on_submit():
        with form.showing_refusals():
            created = services().structures.create(form.structure() | {"identifier_type": kind})
            flash(f"« {created['name']} » est enregistrée. Vous en êtes le gestionnaire principal.")
            return redirect(url_for("portal.structure", structure_id=created["structure_id"], nouvelle="oui"), 303)
    return render_page(
        "structures/structure_details.html",
        form,
        is_filled=bool(establishment),
        is_hidden=bool(establishment.get("is_hidden")),
        directory_answers=directory_answers,
    )


def _details_form(kind: str, siret: str, establishment: dict[str, object]) -> StructureForm:
    form = StructureForm(**establishment | {"identifier": siret, "rcs_number": request.args.get("rcs", "")})
    form.identifier.label.text = wording.IDENTIFIERS[kind]
    form.identifier.description = wording.IDENTIFIER_HINTS.get(kind, "")
    form.identifier_is_needed = kind != HORS_UE
    if siret:
        form.identifier.data, form.identifier.render_kw = siret, {"readonly": True}
    return form


def _next_page(siret: str, rcs_number: str | None) -> ResponseReturnValue:
    # The registry comes before the directory: a registered structure is not created a second time (S-01).
    if services().structures.search({"identifier": siret, "identifier_type": SIRET})["items"]:
        flash("Cette structure est déjà enregistrée. Vous pouvez demander à y être rattaché.")
        return redirect(url_for("portal.search", identifier=siret, identifier_type=SIRET), 303)
    try:
        services().structures.establishment(siret)
    except ServiceRefusal as refusal:
        # Without the directory the person fills the form, and the structure is verified later (S-05).
        if refusal.status < 500:
            raise
    return redirect(url_for("portal.structure_details", siret=siret, rcs=rcs_number or None), 303)


def _from_directory(siret: str) -> tuple[dict[str, object], bool]:
    """Return the directory's values for the form, and whether it answered (S-05)."""
    try:
        establishment = services().structures.establishment(siret)
        filled = {name: value for name, value in establishment.items() if value}
        # Without the directory's word on the country, the form must not name one as if it had it.
        return filled | {"country": establishment["country"] or ""}, True
    except ServiceRefusal as refusal:
        if refusal.code == "catching_up":
            raise
        return {}, refusal.status < 500
