"""Step 4 of the guide: a person asks to be subscribed to an espace, and ends what they no longer need (E-08, E-10)."""

from typing import Any

from flask import flash, redirect, request, url_for
from wtforms import DateField, SelectField

from gateway.clients import clients
from gateway.clients.answers import Attachment, StructureEspace
from gateway.clients.errors import ServiceRefusal
from gateway.portal import wording
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, boxes, choices, long_text, needed, radios
from gateway.portal.sessions import signed_in
from gateway.portal.wording import ATTACHED

AFTER, AND_ANOTHER = "suite", "autre"
MAX_ITEMS = 100


class SubscriptionForm(PortalForm):
    espace = radios("Espace", "Choisissez un espace.")
    permissions = boxes(
        "Habilitations demandées", "Choisissez au moins une habilitation.", among=wording.PERMISSIONS.items()
    )
    requested_on = DateField(
        "Date de la demande", default=wording.today, validators=[needed("Indiquez la date de la demande.")]
    )
    comment = long_text("Commentaire pour le gestionnaire")


class StructureChoiceForm(PortalForm):
    class Meta:  # noqa: D106 (as WTForms wants it)
        csrf = False

    structure = SelectField("Structure")


class RemovalForm(PortalForm):
    chosen = boxes("Abonnements", "Choisissez au moins un abonnement.", coerce=int)


@portal.get("/abonnements")
@signed_in
def subscriptions() -> Any:
    return _subscriptions_page(None)


@portal.post("/abonnements/suppression")
@signed_in
def remove_subscriptions() -> Any:
    """Asks to confirm, then does it."""
    form = RemovalForm()
    if not form.sent_and_complete():
        return _subscriptions_page(form)
    if "confirme" not in request.form:
        return page("remove_subscriptions.html", form, removed=_named(form.chosen.data))
    try:
        clients().espaces.remove_subscriptions(form.chosen.data)
    except ServiceRefusal as refusal:
        form.blame(refusal)
        return _subscriptions_page(form)
    flash("Abonnement supprimé." if len(form.chosen.data) == 1 else f"{len(form.chosen.data)} abonnements supprimés.")
    return redirect(url_for("portal.subscriptions"), 303)


@portal.route("/abonnements/nouveau", methods=["GET", "POST"])
@signed_in
def new_subscription() -> Any:
    attached = [
        one for one in clients().structures.my_attachments(limit=MAX_ITEMS)["items"] if one["status"] == ATTACHED
    ]
    structure = _chosen_structure(attached)
    if structure is None:
        form = StructureChoiceForm(formdata=None)
        form.structure.choices = choices(
            (str(one["structure"]["structure_id"]), one["structure"]["name"]) for one in attached
        )
        return page("choose_structure.html", form, attached=attached)
    return _subscription_page(structure, is_only_one=len(attached) == 1)


def _subscription_page(structure: Any, is_only_one: bool) -> Any:
    number = structure["structure_id"]
    espaces = [one for one in clients().espaces.of_structure(number)["items"] if _can_be_asked_for(one)]
    form = SubscriptionForm(espace=espaces[0]["espace"]) if len(espaces) == 1 else SubscriptionForm()
    form.espace.choices = choices((one["espace"], one["label"]) for one in espaces)
    if form.sent_and_complete():
        try:
            return _asked(number, form)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("new_subscription.html", form, structure=structure, espaces=espaces, is_only_one=is_only_one)


def _asked(structure_id: int, form: SubscriptionForm) -> Any:
    body = {
        "structure_id": structure_id,
        "espace": form.espace.data,
        "permissions": form.permissions.data,
        "requested_on": str(form.requested_on.data),
        "comment": form.comment.data,
    }
    clients().espaces.subscribe(body)
    flash("Votre demande est transmise aux gestionnaires de la structure. Vous serez prévenu par courriel.")
    if AND_ANOTHER in request.form:
        return redirect(url_for("portal.new_subscription", structure=structure_id), 303)
    return redirect(url_for("portal.subscriptions"), 303)


def _chosen_structure(attached: list[Attachment]) -> Any:
    """The one in the address, or the only one there is."""
    if len(attached) == 1:
        return attached[0]["structure"]
    chosen = request.args.get("structure", "")
    return next((one["structure"] for one in attached if str(one["structure"]["structure_id"]) == chosen), None)


def _can_be_asked_for(espace: StructureEspace) -> bool:
    return bool(espace["opening"])


def _named(chosen: list[int]) -> list[Any]:
    mine = clients().espaces.my_subscriptions(limit=MAX_ITEMS)["items"]
    return [one for one in mine if one["subscription_id"] in chosen]


def _subscriptions_page(form: RemovalForm | None) -> tuple[str, int]:
    found = clients().espaces.my_subscriptions(after=request.args.get(AFTER))
    return page("subscriptions.html", form, subscriptions=found)
