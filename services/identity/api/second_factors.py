"""Authenticator app and recovery codes of the person who is calling (A-14)."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import CurrentPasswordBody, FirstCodeBody
from services.identity.api.refusals import PROOF_REFUSALS
from services.identity.errors.accounts import AccountUnknown
from services.identity.errors.second_factors import (
    AuthenticatorAppExists,
    AuthenticatorAppNotBegun,
    AuthenticatorAppUnknown,
    CodeWrong,
    NoSecondFactor,
)
from services.identity.flows import current_password
from services.identity.queries import enrolled_factors
from services.identity.schemas.common import CurrentPassword
from services.identity.schemas.second_factors import BegunApp as BegunAppSchema
from services.identity.schemas.second_factors import FirstCode, RecoveryCodes, SecondFactors
from services.identity.use_cases import authenticator_apps, second_factors
from services.identity.use_cases.authenticator_apps import BegunApp
from services.identity.web import current_request

routes = Routes("second factors", description="What a person shows beside their password.")


@routes.get("/second-factors", guard=PERSON)
@routes.response(200, SecondFactors)
def get_second_factors() -> object:
    """Get the second factors of the person who is calling"""
    with reading() as session:
        return enrolled_factors.of(session, person())


@routes.post(
    "/second-factors/authenticator-app",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, AccountUnknown, AuthenticatorAppExists],
)
@routes.arguments(CurrentPassword)
@routes.response(201, BegunAppSchema)
def begin_authenticator_app(body: CurrentPasswordBody) -> BegunApp:
    """Get a secret for an authenticator app (TOTP, RFC 6238); it counts once its first code was right"""
    current_password.check(body["current_password"])
    with writing() as session:
        return authenticator_apps.begin(session, person(), current_request.resources().verifiers.encryptor)


@routes.post(
    "/second-factors/authenticator-app/confirmation",
    guard=PERSON,
    refuses=[AccountUnknown, AuthenticatorAppExists, AuthenticatorAppNotBegun, CodeWrong],
)
@routes.arguments(FirstCode)
@routes.response(201, RecoveryCodes)
def confirm_authenticator_app(body: FirstCodeBody) -> dict[str, object]:
    """Add the authenticator app, by the code that it shows now"""
    with writing() as session:
        encryptor = current_request.resources().verifiers.encryptor
        codes = authenticator_apps.confirm(session, person(), body["code"], encryptor, current_request.origin())
    return {"recovery_codes": codes}


@routes.post(
    "/second-factors/authenticator-app/removal",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, AccountUnknown, AuthenticatorAppUnknown],
)
@routes.arguments(CurrentPassword)
@routes.response(204)
def remove_authenticator_app(body: CurrentPasswordBody) -> None:
    """Remove the authenticator app; the recovery codes go with the last second factor"""
    current_password.check(body["current_password"])
    with writing() as session:
        authenticator_apps.remove(session, person(), current_request.origin())


@routes.post(
    "/second-factors/recovery-codes",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, AccountUnknown, NoSecondFactor],
)
@routes.arguments(CurrentPassword)
@routes.response(201, RecoveryCodes)
def renew_recovery_codes(body: CurrentPasswordBody) -> dict[str, object]:
    """Get ten new recovery codes; the old ones are good for nothing any more"""
    current_password.check(body["current_password"])
    with writing() as session:
        return {"recovery_codes": second_factors.renew_recovery_codes(session, person(), current_request.origin())}


routes.after_request(responses.never_stored)
