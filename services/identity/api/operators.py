"""What operators do with the accounts of others; each act is in the account's history, and changes are mailed."""

from typing import Any

from chassis.storage.keyset import Page, PageQuery
from chassis.web.guards import OPERATOR
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity import account_search, errors, queries, schemas, use_cases
from services.identity.api.edge import never_stored, origin
from services.identity.models import Account

REFUSED = [errors.AccountUnknown, errors.AccountOfAnOperator]

routes = Routes("operators", description="For operators: helping others with their accounts.")


@routes.get("/operator/accounts", guard=OPERATOR)
@routes.arguments(schemas.AccountCriteria, location="query")
@routes.response(200, schemas.KnownAccountPage)
def search_accounts(criteria: dict[str, Any]) -> Page:
    """Search accounts, the newest first"""
    with reading() as session:
        return account_search.search(session, criteria)


@routes.get("/operator/accounts/<int:account_id>", guard=OPERATOR, refuses=[errors.AccountUnknown])
@routes.response(200, schemas.KnownAccount)
def get_account(account_id: int) -> Account:
    """One account; its history says who looked"""
    with writing() as session:
        return use_cases.look_at(session, account_id, origin(), operator=person())


@routes.get("/operator/accounts/<int:account_id>/history", guard=OPERATOR, refuses=[errors.AccountUnknown])
@routes.arguments(PageQuery, location="query")
@routes.response(200, schemas.OperatorsHistoryPage)
def get_history(query: dict[str, Any], account_id: int) -> Page:
    """What happened to an account, the newest first; this too says who looked"""
    with writing() as session:
        use_cases.look_at(session, account_id, origin(), operator=person())
    with reading() as session:
        return queries.history(session, account_id, query)


@routes.post(
    "/operator/accounts/<int:account_id>/activation-mail",
    guard=OPERATOR,
    refuses=[*REFUSED, errors.AccountAlreadyActive, errors.MailAskedTooSoon],
)
@routes.response(204)
def send_activation_again(account_id: int) -> None:
    """Have the activation mail sent again"""
    with writing() as session:
        use_cases.open_to_operators(session, account_id)
        use_cases.send_activation_again(session, account_id, origin(), done_by=person())


@routes.post(
    "/operator/accounts/<int:account_id>/deactivation", guard=OPERATOR, refuses=[*REFUSED, errors.AccountNotActive]
)
@routes.response(204)
def deactivate_account(account_id: int) -> None:
    """Deactivate an account, whose sessions end"""
    with writing() as session:
        use_cases.open_to_operators(session, account_id)
        use_cases.deactivate_account(session, account_id, origin(), done_by=person())


@routes.post(
    "/operator/accounts/<int:account_id>/reactivation",
    guard=OPERATOR,
    refuses=[*REFUSED, errors.AccountNotDeactivated],
)
@routes.response(204)
def reactivate_account(account_id: int) -> None:
    """Reactivate an account"""
    with writing() as session:
        use_cases.open_to_operators(session, account_id)
        use_cases.reactivate_account(session, account_id, origin(), done_by=person())


@routes.post(
    "/operator/accounts/<int:account_id>/second-factors-reset",
    guard=OPERATOR,
    refuses=[*REFUSED, errors.NoSecondFactor],
)
@routes.response(204)
def reset_second_factors(account_id: int) -> None:
    """Take all second factors from an account whose holder has lost them. Be sure who asks"""
    with writing() as session:
        account = use_cases.open_to_operators(session, account_id)
        use_cases.reset_second_factors(session, account, origin(), done_by=person())


routes.after_request(never_stored)
