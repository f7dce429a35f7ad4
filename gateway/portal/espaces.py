"""Step 3 of the guide: the principal manager opens an espace, with the catalogue's options (E-03 to E-06)."""

from typing import Any

from flask import abort, flash, redirect, url_for
from wtforms import SelectField

from gateway import messages
from gateway.clients.answers.espaces import Option, StructureEspace
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, boxes, choices, digits, needed, text
from gateway.portal.sessions import signed_in

PREFIX = "option_"


class OpeningForm(PortalForm):
    permissions = boxes("Habilitations à ouvrir", "Choisissez au moins une habilitation.")

    def input_for(self, blamed: str) -> str:
        return blamed.replace("options.", PREFIX, 1) if blamed.startswith("options.") else super().input_for(blamed)

    def options(self) -> dict[str, str]:
        given = {field.name.removeprefix(PREFIX): field.data for field in self if field.name.startswith(PREFIX)}
        return {code: value for code, value in given.items() if value}


@portal.route("/structures/<int:structure_id>/espaces/<code>/ouvrir", methods=["GET", "POST"])
@signed_in
def open_espace(structure_id: int, code: str) -> Any:
    espaces = services().espaces.of_structure(structure_id)["items"]
    espace = next((one for one in espaces if one["espace"] == code), None) or abort(404)
    structure = services().structures.structure(structure_id)
    if espace["opening"] or not espace["available"]:
        return page("espace_unavailable.html", structure=structure, espace=espace, reason=_reason(espace))
    form = _form_for(espace)
    if form.sent_and_complete():
        try:
            services().espaces.open(structure_id, code, form.permissions.data, form.options())
            flash(f"L'espace « {espace['label']} » est ouvert. Vous y êtes abonné : il est dans votre menu.")
            return redirect(url_for("portal.structure", structure_id=structure_id), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("open_espace.html", form, structure=structure, espace=espace)


def _form_for(espace: StructureEspace) -> OpeningForm:
    """The form that the catalogue describes for this espace (E-02)."""

    class Form(OpeningForm):
        pass

    for option in espace["options"]:
        setattr(Form, PREFIX + option["code"], _field(option))
    form = Form()
    form.permissions.choices = choices((value, wording.permission(value)) for value in espace["permissions"])
    return form


def _field(option: Option) -> Any:
    hint, sentence = (
        option.get("help") or "",
        f"Renseignez : {option['label'].lower()}." if option["required"] else None,
    )
    if option["type"] == "choice":
        offered = choices([("", "Choisissez…"), *((one["code"], one["label"]) for one in option.get("choices") or [])])
        validators = [needed(sentence)] if sentence else []
        return SelectField(option["label"], choices=offered, validators=validators, description=hint)
    kind = digits if "0-9" in (option.get("pattern") or "") else text
    return kind(option["label"], sentence, hint=hint, autocomplete="off")


def _reason(espace: StructureEspace) -> str:
    code = "espace_already_open" if espace["opening"] else espace["unavailable_code"] or "espace_not_available"
    return messages.for_refusal(code, 409)
