"""Assistance: one account, its history, and what an operator does with it, each time after a confirmation."""

from typing import Any

from flask import abort, flash, redirect, request, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal import operators
from gateway.portal.blueprint import page, portal
from gateway.portal.operator_acts import ACTS, Act, ActForm
from gateway.portal.searches import AFTER
from gateway.portal.sessions import operators_only

BASE = "/operateur/comptes/<int:account_id>"


@portal.get(BASE)
@operators_only
def account_of_somebody(account_id: int) -> Any:
    return _account_page(account_id, ActForm(formdata=None))


@portal.route(f"{BASE}/<act_name>", methods=["GET", "POST"])
@operators_only
def act_on_account(account_id: int, act_name: str) -> Any:
    """Says what will happen, then does it. A second click finds it done, and is told so."""
    act = ACTS.get(act_name) or abort(404)
    form = act.form()
    try:
        if form.sent_and_complete():
            act.do(services().identity, account_id)
            flash(act.done)
            return redirect(url_for("portal.account_of_somebody", account_id=account_id), 303)
        return _confirmation_page(account_id, act, form)
    except ServiceRefusal as refusal:
        form.blame(refusal)
        return _account_page(account_id, form)


def _confirmation_page(account_id: int, act: Act, form: ActForm) -> Any:
    account = services().identity.account_of(account_id)
    if refusal := act.refusal(account):
        raise refusal
    return page("operator_act.html", form, account=account, act=act)


def _account_page(account_id: int, form: ActForm) -> Any:
    account = services().identity.account_of(account_id)
    return page(
        "operator_account.html",
        form,
        account=account,
        acts={name: act for name, act in ACTS.items() if not act.refusal(account)},
        history=services().identity.history_of(account_id, after=request.args.get(AFTER)),
        last_search=operators.last_search(),
    )
