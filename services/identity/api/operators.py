"""Operators' acts on other people's accounts: each is in the account's history, and changes are mailed."""

from collections.abc import Mapping

from chassis.storage.keyset import Page, PageQuery
from chassis.web.guards import OPERATOR
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.errors.accounts import (
    AccountAlreadyActive,
    AccountNotActive,
    AccountNotDeactivated,
    AccountUnknown,
    MailAskedTooSoon,
)
from services.identity.errors.operators import AccountOfAnOperator
from services.identity.errors.second_factors import NoSecondFactor
from services.identity.models.accounts import Account
from services.identity.queries import history
from services.identity.schemas.operators import AccountCriteria, KnownAccount, KnownAccountPage, OperatorsHistoryPage
from services.identity.use_cases import deactivation, operators, second_factors
from services.identity.web import current_request

REFUSED = [AccountUnknown, AccountOfAnOperator]

routes = Routes("operators", description="For operators: helping others with their accounts.")


@routes.get("/operator/accounts", guard=OPERATOR)
@routes.arguments(AccountCriteria, location="query")
@routes.response(200, KnownAccountPage)
def search_accounts(criteria: Mapping[str, object]) -> Page:
    """Search accounts, the newest first; the operator's own history says that they searched"""
    with writing() as session:
        return operators.search(session, criteria, current_request.origin(), operator=person())


@routes.get("/operator/accounts/<int:account_id>", guard=OPERATOR, refuses=[AccountUnknown])
@routes.response(200, KnownAccount)
def get_account(account_id: int) -> Account:
    """Get one account; its history says who looked"""
    with writing() as session:
        return operators.view(session, account_id, current_request.origin(), operator=person())


@routes.get("/operator/accounts/<int:account_id>/history", guard=OPERATOR, refuses=[AccountUnknown])
@routes.arguments(PageQuery, location="query")
@routes.response(200, OperatorsHistoryPage)
def get_history(query: Mapping[str, object], account_id: int) -> Page:
    """List what happened to an account, the newest first; this too says who looked"""
    with writing() as session:
        operators.view(session, account_id, current_request.origin(), operator=person())
    with reading() as session:
        return history.page(session, account_id, query)


@routes.post(
    "/operator/accounts/<int:account_id>/activation-mail",
    guard=OPERATOR,
    refuses=[*REFUSED, AccountAlreadyActive, MailAskedTooSoon],
)
@routes.response(204)
def send_activation_again(account_id: int) -> None:
    """Have the activation mail sent again"""
    with writing() as session:
        operators.lock_account(session, account_id)
        operators.send_activation_again(session, account_id, current_request.origin(), done_by=person())


@routes.post("/operator/accounts/<int:account_id>/deactivation", guard=OPERATOR, refuses=[*REFUSED, AccountNotActive])
@routes.response(204)
def deactivate_account(account_id: int) -> None:
    """Deactivate an account, whose sessions end"""
    with writing() as session:
        operators.lock_account(session, account_id)
        deactivation.deactivate(session, account_id, current_request.origin(), done_by=person())


@routes.post(
    "/operator/accounts/<int:account_id>/reactivation",
    guard=OPERATOR,
    refuses=[*REFUSED, AccountNotDeactivated],
)
@routes.response(204)
def reactivate_account(account_id: int) -> None:
    """Reactivate an account"""
    with writing() as session:
        operators.lock_account(session, account_id)
        deactivation.reactivate(session, account_id, current_request.origin(), done_by=person())


@routes.post(
    "/operator/accounts/<int:account_id>/second-factors-reset",
    guard=OPERATOR,
    refuses=[*REFUSED, NoSecondFactor],
)
@routes.response(204)
def reset_second_factors(account_id: int) -> None:
    """Take all second factors from an account whose holder has lost them. Be sure who asks"""
    with writing() as session:
        account = operators.lock_account(session, account_id)
        second_factors.reset(session, account, current_request.origin(), done_by=person())


routes.after_request(responses.never_stored)
