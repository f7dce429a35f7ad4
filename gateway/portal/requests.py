"""What waits for a manager's decision: attachments (S-10) and subscriptions (E-09), one or many at once."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, request, url_for

from gateway.clients import clients
from gateway.clients.errors import ServiceRefusal
from gateway.portal.blueprint import page, portal
from gateway.portal.forms import PortalForm, boxes, long_text
from gateway.portal.sessions import signed_in
from gateway.portal.wording import PENDING

REFUSE = "REFUSE"
MAX_ITEMS = 100
Decide = Callable[[Sequence[int], str, str | None], Any]


class DecisionForm(PortalForm):
    chosen = boxes("Demandes", "Choisissez au moins une demande.", coerce=int)
    reason = long_text("Motif", hint="Obligatoire pour refuser. La personne le lira.")

    def input_for(self, blamed: str) -> str:
        return "chosen" if blamed in ("attachment_ids", "subscription_ids") else super().input_for(blamed)

    def sent_and_complete(self) -> bool:
        complete = super().sent_and_complete()
        if self.is_submitted() and _decision() == REFUSE and not self.reason.data:
            self.blame_field("reason", "Indiquez le motif du refus.")
            return False
        return complete


class AttachmentsForm(DecisionForm):
    pass


class SubscriptionsForm(DecisionForm):
    pass


@portal.get("/structures/<int:structure_id>/demandes")
@signed_in
def pending_requests(structure_id: int) -> Any:
    return _requests_page(structure_id)


@portal.post("/structures/<int:structure_id>/demandes/rattachements")
@signed_in
def decide_attachments(structure_id: int) -> Any:
    form = AttachmentsForm(prefix="r-")
    decide = clients().structures.decide_attachments
    return _decided(structure_id, form, decide) or _requests_page(structure_id, attachments_form=form)


@portal.post("/structures/<int:structure_id>/demandes/abonnements")
@signed_in
def decide_subscriptions(structure_id: int) -> Any:
    form = SubscriptionsForm(prefix="a-")
    decide = clients().espaces.decide_subscriptions
    return _decided(structure_id, form, decide) or _requests_page(structure_id, subscriptions_form=form)


def _decided(structure_id: int, form: DecisionForm, decide: Decide) -> Any:
    """Where to go once decided; None when the form has to be corrected."""
    if not form.sent_and_complete():
        return None
    try:
        decide(form.chosen.data, _decision(), form.reason.data or None)
    except ServiceRefusal as refusal:
        form.blame(refusal)
        return None
    flash(_done(len(form.chosen.data)))
    return redirect(url_for("portal.pending_requests", structure_id=structure_id), 303)


def _requests_page(
    structure_id: int,
    attachments_form: DecisionForm | None = None,
    subscriptions_form: DecisionForm | None = None,
) -> tuple[str, int]:
    services = clients()
    return page(
        "requests.html",
        attachments_form or subscriptions_form,
        structure=services.structures.structure(structure_id),
        attachments=services.structures.attachments_of(structure_id, PENDING, limit=MAX_ITEMS)["items"],
        subscriptions=services.espaces.subscriptions_of(structure_id, PENDING, limit=MAX_ITEMS)["items"],
        attachments_form=attachments_form or AttachmentsForm(formdata=None, prefix="r-"),
        subscriptions_form=subscriptions_form or SubscriptionsForm(formdata=None, prefix="a-"),
    )


def _decision() -> str:
    return REFUSE if request.form.get("decision") == REFUSE else "APPROVE"


def _done(count: int) -> str:
    verb = "refusée" if _decision() == REFUSE else "approuvée"
    told = "La personne est prévenue par courriel." if count == 1 else "Les personnes sont prévenues par courriel."
    return f"Demande {verb}. {told}" if count == 1 else f"{count} demandes {verb}s. {told}"
