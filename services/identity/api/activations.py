"""Activating an account with the link that was mailed (A-04 to A-08)."""

from typing import Any

from chassis.web.guards import PUBLIC, service
from chassis.web.request_context import caller, reading, writing
from chassis.web.routes import Routes
from services.identity import errors, queries, schemas, use_cases
from services.identity.api.edge import (
    PASSWORD_REFUSALS,
    evenly,
    link_state,
    never_stored,
    origin,
    resources,
    spend,
    writing_unnoticed,
)
from services.identity.emails import login_email
from services.identity.models import ActivationLink, Credentials, by_service
from services.identity.passwords import accepted_answer, accepted_password

LINK_REFUSALS = [
    errors.ActivationLinkUnknown,
    errors.ActivationLinkExpired,
    errors.ActivationLinkUsed,
    errors.ActivationLinkSuperseded,
]

routes = Routes("activations", description="From a registered account to one that can sign in.")


@routes.post("/activations/resend", guard=PUBLIC, refuses=[errors.TooManyRequests])
@routes.arguments(schemas.AddressOnly)
@routes.response(202, schemas.Nothing)
def resend_activation(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for the activation mail again: the answer is the same for every address"""
    with writing_unnoticed() as session:
        spend(session, resources().limits.activation_mails)
    with evenly("activation_mails"), writing_unnoticed() as session:
        use_cases.ask_for_activation_again(session, login_email(body["login_email"]))
    return {}


@routes.post("/activations/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(schemas.LinkToken)
@routes.response(200, schemas.LinkState)
def check_activation_link(body: dict[str, Any]) -> dict[str, Any]:
    """Whether a link can still be used; nothing is consumed"""
    with reading() as session:
        link, account = queries.open_link(session, ActivationLink, body["token"])
        return link_state(link, account)


@routes.post("/activations", guard=PUBLIC, refuses=[*LINK_REFUSALS, *PASSWORD_REFUSALS, errors.SecretAnswerTooShort])
@routes.arguments(schemas.Activation)
@routes.response(204)
def activate_account(body: dict[str, Any]) -> None:
    """Choose password, secret question and answer; consumes the link"""
    with reading() as session:
        _, account = queries.open_link(session, ActivationLink, body["token"])
    chosen = _hashed(body, account.personal_words)
    with writing() as session:
        use_cases.activate(session, body["token"], chosen, origin())


@routes.post(
    "/internal/activation-links",
    guard=service("activation_links.issue"),
    refuses=[errors.AccountUnknown, errors.AccountAlreadyActive],
)
@routes.arguments(schemas.AccountNumber)
@routes.response(201, schemas.IssuedLink)
def issue_activation_link(body: dict[str, Any]) -> Any:
    """Make the link for a mail that is being sent; it replaces the earlier ones"""
    with writing() as session:
        return use_cases.issue_activation_link(session, body["account_id"], resources().activation_validity)


@routes.post(
    "/internal/activation-mails",
    guard=service("activation_mails.ask"),
    refuses=[errors.AccountUnknown, errors.AccountAlreadyActive, errors.MailAskedTooSoon],
)
@routes.arguments(schemas.AskedActivationMail)
@routes.response(202, schemas.Nothing)
def ask_for_activation_mail(body: dict[str, Any]) -> dict[str, Any]:
    """Have the activation mail sent again for a manager, whose right to ask for it the calling service has checked"""
    asking = by_service(caller().service or "")
    with writing() as session:
        use_cases.send_activation_for_manager(session, body["account_id"], body["asked_by"], asking)
    return {}


def _hashed(body: dict[str, Any], personal: tuple[str, ...]) -> Credentials:
    """Slow on purpose, and so outside of any transaction."""
    password, answer = accepted_password(body["password"], personal), accepted_answer(body["secret_answer"])
    hasher = resources().hasher
    return Credentials(hasher.hash(password), body["secret_question"], hasher.hash(answer))


routes.after_request(never_stored)
