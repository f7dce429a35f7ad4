"""Second step of signing in, and signing in with a passkey alone (A-14)."""

from chassis.web.guards import PUBLIC
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import ChallengeBody, PasskeyAnswerBody, SecondStepBody
from services.identity.api.sessions import signed_in
from services.identity.errors.second_factors import (
    PasskeyRefused,
    PasskeySeemsCopied,
    RecoveryCodeWrong,
    SecondFactorWrong,
    SecondStepEnded,
    TooManyWrongSecondFactors,
)
from services.identity.errors.sessions import WrongCredentials
from services.identity.errors.throttling import TooManyRequests
from services.identity.schemas.second_factors import Challenge, OptionsToSignIn, PasskeyAnswer, SecondStep
from services.identity.schemas.sessions import SignedIn
from services.identity.use_cases import passkeys, second_steps
from services.identity.web import current_request

routes = Routes("second steps", description="Second factors, where someone signs in.")


@routes.post(
    "/sessions/second-factor",
    guard=PUBLIC,
    refuses=[
        SecondStepEnded,
        SecondFactorWrong,
        RecoveryCodeWrong,
        PasskeySeemsCopied,
        TooManyWrongSecondFactors,
        WrongCredentials,
    ],
)
@routes.arguments(SecondStep)
@routes.response(201, SignedIn)
def show_second_factor(body: SecondStepBody) -> dict[str, object]:
    """Finish signing in: with a code of the authenticator app, a recovery code or a passkey"""
    resources, origin = current_request.resources(), current_request.origin(body["device_tokens"])
    with current_request.writing_silently() as session:
        opened = second_steps.complete(
            session, body["challenge"], body, resources.verifiers, origin, resources.session_validity
        )
    return signed_in(opened)


@routes.post("/sessions/second-factor/passkey-options", guard=PUBLIC, refuses=[SecondStepEnded])
@routes.arguments(Challenge)
@routes.response(201, OptionsToSignIn)
def ask_for_second_factor(body: ChallengeBody) -> dict[str, object]:
    """Get what the browser is to ask of a passkey that is the second factor; good for one answer within five minutes"""
    party = current_request.resources().verifiers.party
    with current_request.writing_silently() as session:
        return {"options": second_steps.ask_for_passkey(session, body["challenge"], party)}


@routes.post("/sessions/passkey-options", guard=PUBLIC, refuses=[TooManyRequests])
@routes.response(201, OptionsToSignIn)
def ask_for_passkey() -> dict[str, object]:
    """Get what the browser is to ask of a passkey that is the only factor; good for one answer within five minutes"""
    with current_request.writing_silently() as session:
        current_request.count(session, current_request.resources().limits.passkey_questions)
        return {"options": passkeys.ask_to_sign_in(session, current_request.resources().verifiers.party)}


@routes.post("/sessions/passkey", guard=PUBLIC, refuses=[PasskeyRefused, PasskeySeemsCopied])
@routes.arguments(PasskeyAnswer)
@routes.response(201, SignedIn)
def sign_in_with_passkey(body: PasskeyAnswerBody) -> dict[str, object]:
    """Sign in with a passkey alone, which tells whose account it is"""
    resources, origin = current_request.resources(), current_request.origin(body["device_tokens"])
    with current_request.writing_silently() as session:
        opened = second_steps.sign_in_with_passkey(
            session, body["passkey"], resources.verifiers.party, origin, resources.session_validity
        )
    return signed_in(opened)


routes.after_request(responses.never_stored)
