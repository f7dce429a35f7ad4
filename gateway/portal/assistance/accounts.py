"""Assistance: one account, its history, and an operator's actions on it, each after a confirmation."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.assistance import account_search
from gateway.portal.assistance.actions import ACTIONS, Action, ActionForm
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.sessions import operators_only
from gateway.portal.parts.paging import cursor

BASE = "/operateur/comptes/<int:account_id>"


@portal.get(BASE)
@operators_only
def assisted_account(account_id: int) -> ResponseReturnValue:
    return _account_page(account_id, ActionForm(formdata=None))


@portal.route(f"{BASE}/<action_name>", methods=["GET", "POST"])
@operators_only
def act_on_account(account_id: int, action_name: str) -> ResponseReturnValue:
    """Show the consequences of an action, then carry it out. A second click is refused as done already."""
    action = ACTIONS.get(action_name) or abort(404)
    form = action.form()
    with form.showing_refusals():
        if not form.validate_on_submit():
            return _confirmation_page(account_id, action, form)
        action.carry_out(services().identity, account_id)
        flash(action.done)
        return redirect(url_for("portal.assisted_account", account_id=account_id), 303)
    # Not the confirmation again: the account's present state explains the refusal.
    return _account_page(account_id, form)


def _confirmation_page(account_id: int, action: Action, form: ActionForm) -> tuple[str, int]:
    """Return the page, or raise ServiceRefusal when identity would refuse the action."""
    account = services().identity.account_of(account_id)
    if refusal := action.refusal(account):
        raise refusal
    return render_page("assistance/action.html", form, account=account, action=action)


def _account_page(account_id: int, form: ActionForm) -> ResponseReturnValue:
    account = services().identity.account_of(account_id)
    return render_page(
        "assistance/account.html",
        form,
        account=account,
        actions={name: action for name, action in ACTIONS.items() if not action.refusal(account)},
        history=services().identity.history_of(account_id, after=cursor()),
        last_search=account_search.last_search(),
    )
