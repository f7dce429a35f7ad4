"""One's own second factors: the authenticator app and the recovery codes (A-14)."""

from typing import Any

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity import errors, schemas, use_cases
from services.identity.api.edge import never_stored, origin, resources
from services.identity.api.proving import PROOF_REFUSALS, must_know_the_password
from services.identity.use_cases import BegunApp

routes = Routes("second factors", description="What a person shows beside their password.")


@routes.get("/second-factors", guard=PERSON)
@routes.response(200, schemas.SecondFactors)
def get_second_factors() -> Any:
    """The second factors of the person who is calling"""
    with reading() as session:
        return use_cases.second_factors(session, person())


@routes.post(
    "/second-factors/authenticator-app",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, errors.AccountUnknown, errors.AuthenticatorAppExists],
)
@routes.arguments(schemas.CurrentPassword)
@routes.response(201, schemas.BegunApp)
def begin_authenticator_app(body: dict[str, Any]) -> BegunApp:
    """Get a secret for an authenticator app (TOTP, RFC 6238); it counts once its first code was right"""
    must_know_the_password(body["current_password"])
    with writing() as session:
        return use_cases.begin_authenticator_app(session, person(), resources().verifiers.sealer)


@routes.post(
    "/second-factors/authenticator-app/confirmation",
    guard=PERSON,
    refuses=[errors.AccountUnknown, errors.AuthenticatorAppExists, errors.AuthenticatorAppNotBegun, errors.CodeWrong],
)
@routes.arguments(schemas.FirstCode)
@routes.response(201, schemas.RecoveryCodes)
def confirm_authenticator_app(body: dict[str, Any]) -> dict[str, Any]:
    """Add the authenticator app, by the code that it shows now"""
    with writing() as session:
        sealer = resources().verifiers.sealer
        codes = use_cases.confirm_authenticator_app(session, person(), body["code"], sealer, origin())
    return {"recovery_codes": codes}


@routes.post(
    "/second-factors/authenticator-app/removal",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, errors.AccountUnknown, errors.AuthenticatorAppUnknown],
)
@routes.arguments(schemas.CurrentPassword)
@routes.response(204)
def remove_authenticator_app(body: dict[str, Any]) -> None:
    """Remove the authenticator app; the recovery codes go with the last second factor"""
    must_know_the_password(body["current_password"])
    with writing() as session:
        use_cases.remove_authenticator_app(session, person(), origin())


@routes.post(
    "/second-factors/recovery-codes",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, errors.AccountUnknown, errors.NoSecondFactor],
)
@routes.arguments(schemas.CurrentPassword)
@routes.response(201, schemas.RecoveryCodes)
def renew_recovery_codes(body: dict[str, Any]) -> dict[str, Any]:
    """Get ten new recovery codes; the old ones are good for nothing any more"""
    must_know_the_password(body["current_password"])
    with writing() as session:
        return {"recovery_codes": use_cases.renew_recovery_codes(session, person(), origin())}


routes.after_request(never_stored)
