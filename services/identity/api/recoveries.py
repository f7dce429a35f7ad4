"""Recovery of a forgotten password with the mailed link and the secret answer (A-09)."""

from chassis.ground.clock import now
from chassis.web.guards import PUBLIC, service
from chassis.web.request_context import reading, writing
from chassis.web.routes import Routes
from services.identity.api import bounds, responses
from services.identity.api.bodies import AccountNumberBody, LinkTokenBody, RecoveryBody, RecoveryRequestBody
from services.identity.api.refusals import PASSWORD_REFUSALS
from services.identity.errors.accounts import AccountNotActive, AccountUnknown
from services.identity.errors.captchas import CaptchaExpired, CaptchaWrong
from services.identity.errors.passwords import SecretAnswerTooShort
from services.identity.errors.recovery import (
    RecoveryAnswerWrong,
    RecoveryLinkBurnt,
    RecoveryLinkExpired,
    RecoveryLinkSuperseded,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
)
from services.identity.errors.throttling import TooManyRequests, TooManySecretAnswers
from services.identity.flows import captcha, recovery
from services.identity.models.recovery_links import RecoveryLink
from services.identity.queries import open_links
from services.identity.schemas.common import AccountNumber, LinkToken, Nothing
from services.identity.schemas.common import IssuedLink as IssuedLinkSchema
from services.identity.schemas.recovery import Recovery, RecoveryLinkState, RecoveryRequest
from services.identity.use_cases import links
from services.identity.use_cases.links import IssuedLink
from services.identity.web import current_request

LINK_REFUSALS = [
    RecoveryLinkUnknown,
    RecoveryLinkExpired,
    RecoveryLinkUsed,
    RecoveryLinkSuperseded,
    RecoveryLinkBurnt,
]
ANSWER_REFUSALS = [SecretAnswerTooShort, RecoveryAnswerWrong, TooManySecretAnswers]

routes = Routes("recoveries", description="From a forgotten password to a new one.")


@routes.post(
    "/recoveries/requests",
    guard=PUBLIC,
    refuses=[CaptchaWrong, CaptchaExpired, TooManyRequests],
    bounds=bounds.RECOVERIES,
)
@routes.arguments(RecoveryRequest)
@routes.response(202, Nothing)
def request_recovery(body: RecoveryRequestBody) -> dict[str, object]:
    """Ask for a recovery mail: the answer is the same for every address"""
    captcha.check(current_request.resources().limits.recoveries, body["captcha_id"], body["captcha_answer"])
    recovery.request(body["login_email"])
    return {}


@routes.post("/recoveries/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(LinkToken)
@routes.response(200, RecoveryLinkState)
def check_recovery_link(body: LinkTokenBody) -> dict[str, object]:
    """Check whether a link can still be used, and get the secret question; nothing is consumed"""
    with reading() as session:
        link, account = open_links.find(session, RecoveryLink, body["token"])
        link.must_admit_a_try(now())
        question = {"secret_question": account.secret_question, "tries_left": link.tries_left}
        return responses.link_state(link, account) | question


@routes.post(
    "/recoveries",
    guard=PUBLIC,
    refuses=[*LINK_REFUSALS, *PASSWORD_REFUSALS, *ANSWER_REFUSALS, AccountNotActive],
)
@routes.arguments(Recovery)
@routes.response(204)
def recover_password(body: RecoveryBody) -> None:
    """Choose a new password with link and secret answer; every session ends, and none begins"""
    recovery.recover(body["token"], body["secret_answer"], body["password"])


@routes.post(
    "/internal/recovery-links",
    guard=service("recovery_links.issue"),
    refuses=[AccountUnknown, AccountNotActive],
)
@routes.arguments(AccountNumber)
@routes.response(201, IssuedLinkSchema)
def issue_recovery_link(body: AccountNumberBody) -> IssuedLink:
    """Make the link for a mail that is being sent; it replaces the earlier ones"""
    with writing() as session:
        return links.issue_recovery_link(session, body["account_id"], current_request.resources().recovery_validity)


routes.after_request(responses.never_stored)
