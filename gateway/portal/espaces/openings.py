"""Opening of an espace by the principal manager, with the catalogue's options (step 3 of the guide; E-03 to E-06)."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectField

from gateway.clients.answers.espaces import Option, StructureEspace
from gateway.clients.services import services
from gateway.messages import refusals
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, boxes, choices, digits, needed, text
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.my_role import must_manage

PREFIX = "option_"


class OpeningForm(PortalForm):
    permissions = boxes("Habilitations à ouvrir", "Choisissez au moins une habilitation.")

    def field_for(self, input_name: str) -> str:
        if input_name.startswith("options."):
            return input_name.replace("options.", PREFIX, 1)
        return super().field_for(input_name)

    def options(self) -> dict[str, str]:
        """Return the options by code, without the empty ones."""
        fields = [field for field in self if field.name.startswith(PREFIX)]
        return {field.name.removeprefix(PREFIX): field.data for field in fields if field.data}


@portal.route("/structures/<int:structure_id>/espaces/<code>/ouvrir", methods=["GET", "POST"])
@signed_in
def open_espace(structure_id: int, code: str) -> ResponseReturnValue:
    espaces = services().espaces.of_structure(structure_id)["items"]
    espace = next((one for one in espaces if one["espace"] == code), None) or abort(404)
    structure = services().structures.structure(structure_id)
    if espace["opening"] or not espace["available"]:
        template = "espaces/espace_unavailable.html"
        return render_page(template, structure=structure, espace=espace, reason=_reason(espace))
    must_manage(structure_id)
    form = _form_for(espace)
    if form.validate_on_submit():
        with form.showing_refusals():
            services().espaces.open(structure_id, code, form.permissions.data or [], form.options())
            flash(f"L'espace « {espace['label']} » est ouvert. Vous y êtes abonné : il est dans votre menu.")
            return redirect(url_for("portal.structure", structure_id=structure_id), 303)
    return render_page("espaces/open_espace.html", form, structure=structure, espace=espace)


def _form_for(espace: StructureEspace) -> OpeningForm:
    """Return the form that the catalogue describes for this espace (E-02)."""

    # WTForms collects fields from a class, so each espace has a class of its own, for one request.
    class Form(OpeningForm):
        pass

    for option in espace["options"]:
        setattr(Form, PREFIX + option["code"], _field(option))
    form = Form()
    form.permissions.choices = choices((value, wording.permission(value)) for value in espace["permissions"])
    return form


def _field(option: Option) -> Field:
    hint = option.get("help") or ""
    sentence = f"Renseignez : {option['label'].lower()}." if option["required"] else None
    if option["type"] == "choice":
        pairs = [(choice["code"], choice["label"]) for choice in option.get("choices") or []]
        validators = [needed(sentence)] if sentence else []
        return SelectField(
            option["label"], choices=choices([("", "Choisissez…"), *pairs]), validators=validators, description=hint
        )
    make = digits if option["type"] == "digits" else text
    return make(option["label"], sentence, hint=hint, autocomplete="off")


def _reason(espace: StructureEspace) -> str:
    code = "espace_already_open" if espace["opening"] else espace["unavailable_code"] or "espace_not_available"
    return refusals.sentence(code, 409)
