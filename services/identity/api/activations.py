"""Activation of an account with the mailed link (A-04 to A-08)."""

from chassis.web.guards import PUBLIC, service
from chassis.web.request_context import caller, reading, writing
from chassis.web.routes import Routes
from services.identity.api import bounds, responses
from services.identity.api.bodies import (
    AccountNumberBody,
    ActivationBody,
    ActivationMailBody,
    AddressBody,
    LinkTokenBody,
)
from services.identity.api.refusals import PASSWORD_REFUSALS
from services.identity.errors.accounts import (
    AccountAlreadyActive,
    AccountUnknown,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUnknown,
    ActivationLinkUsed,
    MailAskedTooSoon,
)
from services.identity.errors.passwords import SecretAnswerTooShort
from services.identity.errors.throttling import TooManyRequests
from services.identity.flows import activation, sign_up
from services.identity.models.activation_links import ActivationLink
from services.identity.models.history import by_service
from services.identity.queries import open_links
from services.identity.schemas.accounts import Activation
from services.identity.schemas.common import (
    AccountNumber,
    AddressOnly,
    AskedActivationMail,
    LinkState,
    LinkToken,
    Nothing,
)
from services.identity.schemas.common import (
    IssuedLink as IssuedLinkSchema,
)
from services.identity.use_cases import links, operators
from services.identity.use_cases.links import IssuedLink
from services.identity.web import current_request

LINK_REFUSALS = [
    ActivationLinkUnknown,
    ActivationLinkExpired,
    ActivationLinkUsed,
    ActivationLinkSuperseded,
]

routes = Routes("activations", description="From a registered account to one that can sign in.")


@routes.post("/activations/resend", guard=PUBLIC, refuses=[TooManyRequests], bounds=bounds.ACTIVATION_MAILS)
@routes.arguments(AddressOnly)
@routes.response(202, Nothing)
def resend_activation(body: AddressBody) -> dict[str, object]:
    """Ask for the activation mail again: the answer is the same for every address"""
    sign_up.request_activation_mail(body["login_email"])
    return {}


@routes.post("/activations/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(LinkToken)
@routes.response(200, LinkState)
def check_activation_link(body: LinkTokenBody) -> dict[str, object]:
    """Check whether a link can still be used; nothing is consumed"""
    with reading() as session:
        link, account = open_links.find(session, ActivationLink, body["token"])
        return responses.link_state(link, account)


@routes.post("/activations", guard=PUBLIC, refuses=[*LINK_REFUSALS, *PASSWORD_REFUSALS, SecretAnswerTooShort])
@routes.arguments(Activation)
@routes.response(204)
def activate_account(body: ActivationBody) -> None:
    """Choose password, secret question and answer; consumes the link"""
    activation.activate(body["token"], body["password"], body["secret_question"], body["secret_answer"])


@routes.post(
    "/internal/activation-links",
    guard=service("activation_links.issue"),
    refuses=[AccountUnknown, AccountAlreadyActive],
)
@routes.arguments(AccountNumber)
@routes.response(201, IssuedLinkSchema)
def issue_activation_link(body: AccountNumberBody) -> IssuedLink:
    """Make the link for a mail that is being sent; it replaces the earlier ones"""
    with writing() as session:
        return links.issue_activation_link(session, body["account_id"], current_request.resources().activation_validity)


@routes.post(
    "/internal/activation-mails",
    guard=service("activation_mails.ask"),
    refuses=[AccountUnknown, AccountAlreadyActive, MailAskedTooSoon],
)
@routes.arguments(AskedActivationMail)
@routes.response(202, Nothing)
def ask_for_activation_mail(body: ActivationMailBody) -> dict[str, object]:
    """Have the activation mail sent again for a manager, whose right to ask for it the calling service has checked"""
    origin = by_service(caller().service or "")
    with writing() as session:
        operators.send_activation_for_manager(session, body["account_id"], body["asked_by"], origin)
    return {}


routes.after_request(responses.never_stored)
