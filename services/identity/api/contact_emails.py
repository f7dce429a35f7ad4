"""Confirmation of a contact e-mail by the mailed link (A-16)."""

from chassis.web.guards import PERSON, PUBLIC, service
from chassis.web.request_context import reading, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import ContactEmailRequestBody, LinkTokenBody
from services.identity.errors.accounts import AccountNotActive, AccountUnknown, MailAskedTooSoon
from services.identity.errors.my_account import (
    AddressWrittenTooOften,
    ContactEmailAskedTooOften,
    ContactEmailLinkExpired,
    ContactEmailLinkSuperseded,
    ContactEmailLinkUnknown,
    ContactEmailLinkUsed,
    NoContactEmailAwaited,
)
from services.identity.errors.sessions import SessionEnded
from services.identity.flows import my_account
from services.identity.models.contact_email_links import ContactEmailLink
from services.identity.queries import open_links
from services.identity.schemas.accounts import ContactEmailLinkState
from services.identity.schemas.common import AddressedLink as AddressedLinkSchema
from services.identity.schemas.common import ContactEmailRequest, LinkToken, Nothing
from services.identity.use_cases import contact_emails, links
from services.identity.use_cases.links import AddressedLink
from services.identity.web import current_request

LINK_REFUSALS = [
    ContactEmailLinkUnknown,
    ContactEmailLinkExpired,
    ContactEmailLinkUsed,
    ContactEmailLinkSuperseded,
]
MAIL_REFUSALS = [MailAskedTooSoon, ContactEmailAskedTooOften, AddressWrittenTooOften]

routes = Routes("contact e-mails", description="From a contact e-mail that is wanted to one that receives notices.")


@routes.post(
    "/accounts/me/contact-email/confirmation-mail",
    guard=PERSON,
    refuses=[SessionEnded, NoContactEmailAwaited, *MAIL_REFUSALS],
)
@routes.response(202, Nothing)
def ask_for_confirmation_again() -> dict[str, object]:
    """Have the mail that confirms the awaited contact e-mail sent again"""
    my_account.request_contact_email_mail()
    return {}


@routes.delete("/accounts/me/contact-email", guard=PERSON, refuses=[SessionEnded, NoContactEmailAwaited])
@routes.response(204)
def withdraw_contact_email() -> None:
    """Keep the contact e-mail that is in force: the link that was mailed does not count any more"""
    with writing() as session:
        contact_emails.withdraw(session, current_request.holder(), current_request.origin())


@routes.post("/contact-emails/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(LinkToken)
@routes.response(200, ContactEmailLinkState)
def check_contact_email_link(body: LinkTokenBody) -> ContactEmailLink:
    """Check whether a link can still be used, and for which address; nothing is consumed"""
    with reading() as session:
        link, account = open_links.find(session, ContactEmailLink, body["token"])
        link.must_be_awaited_by(account)
        return link


@routes.post("/contact-emails", guard=PUBLIC, refuses=[*LINK_REFUSALS, AccountNotActive])
@routes.arguments(LinkToken)
@routes.response(204)
def confirm_contact_email(body: LinkTokenBody) -> None:
    """Confirm a contact e-mail, which receives the notices from now on; consumes the link"""
    with writing() as session:
        contact_emails.confirm(session, body["token"], current_request.origin())


@routes.post(
    "/internal/contact-email-links",
    guard=service("contact_email_links.issue"),
    refuses=[AccountUnknown, NoContactEmailAwaited],
)
@routes.arguments(ContactEmailRequest)
@routes.response(201, AddressedLinkSchema)
def issue_contact_email_link(body: ContactEmailRequestBody) -> AddressedLink:
    """Make the link for a mail that is being sent, and say where alone it may go; it replaces the earlier ones"""
    validity = current_request.resources().contact_email_validity
    with writing() as session:
        return links.issue_contact_email_link(session, body["account_id"], body["request"], validity)


routes.after_request(responses.never_stored)
