"""The link that confirms a new login e-mail (A-12)."""

from typing import Any

from chassis.web.guards import PUBLIC, service
from chassis.web.request_context import reading, writing
from chassis.web.routes import Routes
from services.identity import errors, queries, schemas, use_cases
from services.identity.api.edge import never_stored, origin, resources
from services.identity.models import LoginEmailLink

LINK_REFUSALS = [
    errors.LoginEmailLinkUnknown,
    errors.LoginEmailLinkExpired,
    errors.LoginEmailLinkUsed,
    errors.LoginEmailLinkSuperseded,
]

routes = Routes("login e-mails", description="From a login e-mail that was asked for to one that holds.")


@routes.post("/login-emails/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(schemas.LinkToken)
@routes.response(200, schemas.LoginEmailLinkState)
def check_login_email_link(body: dict[str, Any]) -> LoginEmailLink:
    """Whether a link can still be used, and for which address; nothing is consumed"""
    with reading() as session:
        link, account = queries.open_link(session, LoginEmailLink, body["token"])
        link.must_be_awaited_by(account)
        return link


@routes.post("/login-emails", guard=PUBLIC, refuses=[*LINK_REFUSALS, errors.LoginEmailTaken, errors.AccountNotActive])
@routes.arguments(schemas.LinkToken)
@routes.response(204)
def confirm_login_email(body: dict[str, Any]) -> None:
    """Confirm a new login e-mail, which holds from now on; consumes the link"""
    with writing() as session:
        use_cases.confirm_login_email(session, body["token"], origin())


@routes.post(
    "/internal/login-email-links",
    guard=service("login_email_links.issue"),
    refuses=[errors.AccountUnknown, errors.NoLoginEmailAwaited],
)
@routes.arguments(schemas.AccountNumber)
@routes.response(201, schemas.AddressedLink)
def issue_login_email_link(body: dict[str, Any]) -> Any:
    """Make the link for a mail that is being sent, and say where alone it may go; it replaces the earlier ones"""
    with writing() as session:
        return use_cases.issue_login_email_link(session, body["account_id"], resources().login_email_validity)


routes.after_request(never_stored)
