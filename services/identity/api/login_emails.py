"""Confirmation of a new login e-mail by the mailed link (A-12)."""

from chassis.web.guards import PUBLIC, service
from chassis.web.request_context import reading, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import AccountNumberBody, LinkTokenBody
from services.identity.errors.accounts import AccountNotActive, AccountUnknown
from services.identity.errors.my_account import (
    LoginEmailLinkExpired,
    LoginEmailLinkSuperseded,
    LoginEmailLinkUnknown,
    LoginEmailLinkUsed,
    LoginEmailTaken,
    NoLoginEmailAwaited,
)
from services.identity.models.login_email_links import LoginEmailLink
from services.identity.queries import open_links
from services.identity.schemas.accounts import LoginEmailLinkState
from services.identity.schemas.common import AccountNumber, LinkToken
from services.identity.schemas.common import AddressedLink as AddressedLinkSchema
from services.identity.use_cases import links, login_emails
from services.identity.use_cases.links import AddressedLink
from services.identity.web import current_request

LINK_REFUSALS = [
    LoginEmailLinkUnknown,
    LoginEmailLinkExpired,
    LoginEmailLinkUsed,
    LoginEmailLinkSuperseded,
]

routes = Routes("login e-mails", description="From a login e-mail that was asked for to one that holds.")


@routes.post("/login-emails/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(LinkToken)
@routes.response(200, LoginEmailLinkState)
def check_login_email_link(body: LinkTokenBody) -> LoginEmailLink:
    """Check whether a link can still be used, and for which address; nothing is consumed"""
    with reading() as session:
        link, account = open_links.find(session, LoginEmailLink, body["token"])
        link.must_be_awaited_by(account)
        return link


@routes.post("/login-emails", guard=PUBLIC, refuses=[*LINK_REFUSALS, LoginEmailTaken, AccountNotActive])
@routes.arguments(LinkToken)
@routes.response(204)
def confirm_login_email(body: LinkTokenBody) -> None:
    """Confirm a new login e-mail, which holds from now on; consumes the link"""
    with writing() as session:
        login_emails.confirm(session, body["token"], current_request.origin())


@routes.post(
    "/internal/login-email-links",
    guard=service("login_email_links.issue"),
    refuses=[AccountUnknown, NoLoginEmailAwaited],
)
@routes.arguments(AccountNumber)
@routes.response(201, AddressedLinkSchema)
def issue_login_email_link(body: AccountNumberBody) -> AddressedLink:
    """Make the link for a mail that is being sent, and say where alone it may go; it replaces the earlier ones"""
    with writing() as session:
        return links.issue_login_email_link(
            session, body["account_id"], current_request.resources().login_email_validity
        )


routes.after_request(responses.never_stored)
