"""Recovering a forgotten password: the link that was mailed and the secret answer (A-09)."""

from typing import Any

from chassis.ground.clock import now
from chassis.web.guards import PUBLIC, service
from chassis.web.request_context import reading, writing
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
from services.identity.models import RecoveryLink
from services.identity.passwords import accepted_answer, accepted_password

LINK_REFUSALS = [
    errors.RecoveryLinkUnknown,
    errors.RecoveryLinkExpired,
    errors.RecoveryLinkUsed,
    errors.RecoveryLinkSuperseded,
    errors.RecoveryLinkBurnt,
]
ANSWER_REFUSALS = [errors.SecretAnswerTooShort, errors.RecoveryAnswerWrong]

routes = Routes("recoveries", description="From a forgotten password to a new one.")


@routes.post("/recoveries/requests", guard=PUBLIC, refuses=[errors.CaptchaWrong, errors.TooManyRequests])
@routes.arguments(schemas.RecoveryRequest)
@routes.response(202, schemas.Nothing)
def request_recovery(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a recovery mail: the answer is the same for every address"""
    with writing_unnoticed() as session:
        spend(session, resources().limits.recoveries)
        right = use_cases.answer_captcha(session, body["captcha_id"], body["captcha_answer"])
    if not right:
        raise errors.CaptchaWrong(field="captcha_answer")
    with evenly("recoveries"), writing_unnoticed() as session:
        use_cases.ask_for_recovery(session, login_email(body["login_email"]), origin())
    return {}


@routes.post("/recoveries/check", guard=PUBLIC, refuses=LINK_REFUSALS)
@routes.arguments(schemas.LinkToken)
@routes.response(200, schemas.RecoveryLinkState)
def check_recovery_link(body: dict[str, Any]) -> dict[str, Any]:
    """Whether a link can still be used, and the secret question; nothing is consumed"""
    with reading() as session:
        link, account = queries.open_link(session, RecoveryLink, body["token"])
        link.must_admit_a_try(now())
        question = {"secret_question": account.secret_question, "tries_left": link.tries_left}
        return link_state(link, account) | question


@routes.post(
    "/recoveries",
    guard=PUBLIC,
    refuses=[*LINK_REFUSALS, *PASSWORD_REFUSALS, *ANSWER_REFUSALS, errors.AccountNotActive],
)
@routes.arguments(schemas.Recovery)
@routes.response(204)
def recover_password(body: dict[str, Any]) -> None:
    """Choose a new password with link and secret answer; every session ends, and none begins"""
    with reading() as session:
        _, account = queries.open_link(session, RecoveryLink, body["token"])
    password = accepted_password(body["password"], account.personal_words)
    _check_answer(body["token"], accepted_answer(body["secret_answer"]))
    password_hash = resources().hasher.hash(password)
    with writing() as session:
        use_cases.forgive(session, account.id)
        use_cases.recover(session, body["token"], password_hash, origin())


@routes.post(
    "/internal/recovery-links",
    guard=service("recovery_links.issue"),
    refuses=[errors.AccountUnknown, errors.AccountNotActive],
)
@routes.arguments(schemas.AccountNumber)
@routes.response(201, schemas.IssuedLink)
def issue_recovery_link(body: dict[str, Any]) -> Any:
    """Make the link for a mail that is being sent; it replaces the earlier ones"""
    with writing() as session:
        return use_cases.issue_recovery_link(session, body["account_id"], resources().recovery_validity)


def _check_answer(token: str, answer: str) -> None:
    """Counted first, then compared, which is slow on purpose and so outside of any transaction (A-11)."""
    with writing() as session:
        right = use_cases.begin_recovery_try(session, token)
    if resources().hasher.matches(right, answer):
        return
    with writing() as session:
        is_burnt = use_cases.note_wrong_answer(session, token, origin())
    raise errors.RecoveryLinkBurnt if is_burnt else errors.RecoveryAnswerWrong(field="secret_answer")


routes.after_request(never_stored)
