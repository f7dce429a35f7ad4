"""Subscriptions to espaces: a person requests them, and removes them again (step 4; E-08, E-10)."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectField

from gateway.clients.answers.espaces import StructureEspace, Subscription
from gateway.clients.answers.structures import AttachedStructure, Attachment
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, boxes, choices, long_text, needed, radios
from gateway.portal.frame.sessions import signed_in
from gateway.portal.frame.wording import ATTACHED
from gateway.portal.parts.paging import LARGEST_PAGE, cursor

AND_ANOTHER = "autre"


class SubscriptionForm(PortalForm):
    espace = radios("Espace", "Choisissez un espace.")
    permissions = boxes(
        "Habilitations demandées", "Choisissez au moins une habilitation.", among=wording.PERMISSIONS.items()
    )
    # Today in Paris: around midnight the server may have another date.
    requested_on = DateField(
        "Date de la demande", default=wording.today, validators=[needed("Indiquez la date de la demande.")]
    )
    comment = long_text("Commentaire pour le gestionnaire")


class StructureChoiceForm(PortalForm):
    class Meta:  # noqa: D106 (as WTForms wants it)
        # The choice goes into the address of the next page and changes nothing.
        csrf = False

    structure = SelectField("Structure")


class RemovalForm(PortalForm):
    chosen = boxes("Abonnements", "Choisissez au moins un abonnement.", coerce=int)


@portal.get("/abonnements")
@signed_in
def subscriptions() -> ResponseReturnValue:
    return _subscriptions_page(None)


@portal.post("/abonnements/suppression")
@signed_in
def remove_subscriptions() -> ResponseReturnValue:
    """Show the chosen subscriptions; remove them once the person has confirmed."""
    form = RemovalForm()
    if not form.validate_on_submit():
        return _subscriptions_page(form)
    chosen: list[int] = form.chosen.data or []
    if "confirme" not in request.form:
        return render_page("espaces/remove_subscriptions.html", form, removed=_chosen_subscriptions(chosen))
    with form.showing_refusals():
        services().espaces.remove_subscriptions(chosen)
        flash("Abonnement supprimé." if len(chosen) == 1 else f"{len(chosen)} abonnements supprimés.")
        return redirect(url_for("portal.subscriptions"), 303)
    return _subscriptions_page(form)


@portal.route("/abonnements/nouveau", methods=["GET", "POST"])
@signed_in
def new_subscription() -> ResponseReturnValue:
    attachments = services().structures.my_attachments(limit=LARGEST_PAGE)["items"]
    attached = [one for one in attachments if one["status"] == ATTACHED]
    structure = _chosen_structure(attached)
    if structure is None:
        form = StructureChoiceForm(formdata=None)
        structures = [one["structure"] for one in attached]
        form.structure.choices = choices((str(one["structure_id"]), one["name"]) for one in structures)
        return render_page("espaces/choose_structure.html", form, attached=attached)
    return _subscription_page(structure, is_only_one=len(attached) == 1)


def _subscription_page(structure: AttachedStructure, is_only_one: bool) -> ResponseReturnValue:
    structure_id = structure["structure_id"]
    espaces = [one for one in services().espaces.of_structure(structure_id)["items"] if _is_open(one)]
    form = SubscriptionForm(espace=espaces[0]["espace"]) if len(espaces) == 1 else SubscriptionForm()
    form.espace.choices = choices((one["espace"], one["label"]) for one in espaces)
    if form.validate_on_submit():
        with form.showing_refusals():
            return _requested(structure_id, form)
    return render_page(
        "espaces/new_subscription.html", form, structure=structure, espaces=espaces, is_only_one=is_only_one
    )


def _requested(structure_id: int, form: SubscriptionForm) -> ResponseReturnValue:
    """Request the subscription and return the next page."""
    body = {
        "structure_id": structure_id,
        "espace": form.espace.data,
        "permissions": form.permissions.data,
        "requested_on": str(form.requested_on.data),
        "comment": form.comment.data,
    }
    services().espaces.subscribe(body)
    flash("Votre demande est transmise aux gestionnaires de la structure. Vous serez prévenu par courriel.")
    if AND_ANOTHER in request.form:
        return redirect(url_for("portal.new_subscription", structure=structure_id), 303)
    return redirect(url_for("portal.subscriptions"), 303)


def _chosen_structure(attached: list[Attachment]) -> AttachedStructure | None:
    """Return the structure in the address, or the only one that there is."""
    if len(attached) == 1:
        return attached[0]["structure"]
    chosen = request.args.get("structure", "")
    return next((one["structure"] for one in attached if str(one["structure"]["structure_id"]) == chosen), None)


def _is_open(espace: StructureEspace) -> bool:
    return bool(espace["opening"])


def _chosen_subscriptions(subscription_ids: list[int]) -> list[Subscription]:
    mine = services().espaces.my_subscriptions(limit=LARGEST_PAGE)["items"]
    return [one for one in mine if one["subscription_id"] in subscription_ids]


def _subscriptions_page(form: RemovalForm | None) -> tuple[str, int]:
    page = services().espaces.my_subscriptions(after=cursor())
    return render_page("espaces/subscriptions.html", form, subscriptions=page)
