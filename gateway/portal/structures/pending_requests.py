"""Requests that await a manager's decision: attachments (S-10) and subscriptions (E-09), decided in bulk."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import PortalForm, boxes, long_text
from gateway.portal.frame.sessions import signed_in
from gateway.portal.frame.wording import PENDING
from gateway.portal.parts.paging import LARGEST_PAGE

REFUSE = "REFUSE"
Decide = Callable[[Sequence[int], str, str | None], object]


class DecisionForm(PortalForm):
    chosen = boxes("Demandes", "Choisissez au moins une demande.", coerce=int)
    reason = long_text("Motif", hint="Obligatoire pour refuser. La personne le lira.")

    def field_for(self, input_name: str) -> str:
        return "chosen" if input_name in ("attachment_ids", "subscription_ids") else super().field_for(input_name)

    def validate_reason(self, field: TextAreaField) -> None:
        if _decision() == REFUSE and not field.data:
            raise ValidationError("Indiquez le motif du refus.")


class AttachmentsForm(DecisionForm):
    pass


class SubscriptionsForm(DecisionForm):
    pass


@portal.get("/structures/<int:structure_id>/demandes")
@signed_in
def pending_requests(structure_id: int) -> ResponseReturnValue:
    return _requests_page(structure_id)


@portal.post("/structures/<int:structure_id>/demandes/rattachements")
@signed_in
def decide_attachments(structure_id: int) -> ResponseReturnValue:
    form = AttachmentsForm(prefix="r-")
    decide = services().structures.decide_attachments
    return _decided(structure_id, form, decide) or _requests_page(structure_id, attachments_form=form)


@portal.post("/structures/<int:structure_id>/demandes/abonnements")
@signed_in
def decide_subscriptions(structure_id: int) -> ResponseReturnValue:
    form = SubscriptionsForm(prefix="a-")
    decide = services().espaces.decide_subscriptions
    return _decided(structure_id, form, decide) or _requests_page(structure_id, subscriptions_form=form)


def _decided(structure_id: int, form: DecisionForm, decide: Decide) -> ResponseReturnValue | None:
    """Decide and return the next page; None when the form has to be corrected."""
    if not form.validate_on_submit():
        return None
    chosen: list[int] = form.chosen.data or []
    with form.showing_refusals():
        decide(chosen, _decision(), form.reason.data or None)
        flash(_outcome(len(chosen)))
        return redirect(url_for("portal.pending_requests", structure_id=structure_id), 303)
    return None


def _requests_page(
    structure_id: int,
    attachments_form: DecisionForm | None = None,
    subscriptions_form: DecisionForm | None = None,
) -> tuple[str, int]:
    clients = services()
    # Two forms share the page, so each has a prefix: their fields would have the same names and ids.
    return render_page(
        "structures/requests.html",
        attachments_form or subscriptions_form,
        structure=clients.structures.structure(structure_id),
        attachments=clients.structures.attachments_of(structure_id, PENDING, limit=LARGEST_PAGE)["items"],
        subscriptions=clients.espaces.subscriptions_of(structure_id, PENDING, limit=LARGEST_PAGE)["items"],
        attachments_form=attachments_form or AttachmentsForm(formdata=None, prefix="r-"),
        subscriptions_form=subscriptions_form or SubscriptionsForm(formdata=None, prefix="a-"),
    )


def _decision() -> str:
    return REFUSE if request.form.get("decision") == REFUSE else "APPROVE"


def _outcome(count: int) -> str:
    verb = "refusée" if _decision() == REFUSE else "approuvée"
    if count == 1:
        return f"Demande {verb}. La personne est prévenue par courriel."
    return f"{count} demandes {verb}s. Les personnes sont prévenues par courriel."
