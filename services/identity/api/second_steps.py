"""The second step of signing in, and signing in with a passkey alone (A-14)."""

from typing import Any

from chassis.web.guards import PUBLIC
from chassis.web.routes import Routes
from services.identity import errors, schemas, use_cases
from services.identity.api.edge import never_stored, origin, resources, settled, spend, writing_unnoticed
from services.identity.api.sessions import signed_in

routes = Routes("second steps", description="Second factors, where someone signs in.")


@routes.post(
    "/sessions/second-factor",
    guard=PUBLIC,
    refuses=[
        errors.SecondStepEnded,
        errors.SecondFactorWrong,
        errors.PasskeySeemsCopied,
        errors.TooManyWrongSecondFactors,
        errors.WrongCredentials,
    ],
)
@routes.arguments(schemas.SecondStep)
@routes.response(201, schemas.SignedIn)
def show_second_factor(body: dict[str, Any]) -> dict[str, Any]:
    """Finish signing in: with a code of the authenticator app, a recovery code or a passkey"""
    challenge, kept = body.pop("challenge"), resources()
    with writing_unnoticed() as session:
        outcome = use_cases.take_second_step(session, challenge, body, kept.verifiers, origin(), kept.session_validity)
    return signed_in(settled(outcome))


@routes.post("/sessions/second-factor/passkey-options", guard=PUBLIC, refuses=[errors.SecondStepEnded])
@routes.arguments(schemas.Challenge)
@routes.response(201, schemas.OptionsToSignIn)
def ask_for_second_factor(body: dict[str, Any]) -> dict[str, Any]:
    """What the browser is to ask of a passkey that is the second factor; good for one answer within five minutes"""
    with writing_unnoticed() as session:
        return {"options": use_cases.ask_for_passkey(session, body["challenge"], resources().verifiers.party)}


@routes.post("/sessions/passkey-options", guard=PUBLIC, refuses=[errors.TooManyRequests])
@routes.response(201, schemas.OptionsToSignIn)
def ask_for_passkey() -> dict[str, Any]:
    """What the browser is to ask of a passkey that is the only factor; good for one answer within five minutes"""
    with writing_unnoticed() as session:
        spend(session, resources().limits.passkey_questions)
        return {"options": use_cases.ask_to_sign_in(session, resources().verifiers.party)}


@routes.post("/sessions/passkey", guard=PUBLIC, refuses=[errors.PasskeyRefused, errors.PasskeySeemsCopied])
@routes.arguments(schemas.PasskeyAnswer)
@routes.response(201, schemas.SignedIn)
def sign_in_with_passkey(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in with a passkey alone, which tells whose account it is"""
    kept = resources()
    with writing_unnoticed() as session:
        outcome = use_cases.sign_in_with_passkey(
            session, body["passkey"], kept.verifiers.party, origin(), kept.session_validity
        )
    return signed_in(settled(outcome))


routes.after_request(never_stored)
