"""Passkeys of the person who is calling (A-14)."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import CurrentPasswordBody, NewPasskeyBody, PasskeyNameBody
from services.identity.api.refusals import PROOF_REFUSALS
from services.identity.errors.accounts import AccountUnknown
from services.identity.errors.second_factors import PasskeyExists, PasskeyNotAccepted, PasskeyUnknown, TooManyPasskeys
from services.identity.flows import current_password
from services.identity.models.second_factors import Passkey
from services.identity.schemas.common import CurrentPassword
from services.identity.schemas.second_factors import NewPasskey, OptionsToRegister, PasskeyName
from services.identity.schemas.second_factors import Passkey as PasskeySchema
from services.identity.schemas.second_factors import RegisteredPasskey as RegisteredPasskeySchema
from services.identity.use_cases import passkeys
from services.identity.use_cases.passkeys import RegisteredPasskey
from services.identity.web import current_request

routes = Routes("passkeys", description="Passkeys (WebAuthn): as second factor, or instead of the password.")


@routes.post(
    "/second-factors/passkey-options",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, AccountUnknown, TooManyPasskeys],
)
@routes.arguments(CurrentPassword)
@routes.response(201, OptionsToRegister)
def begin_passkey(body: CurrentPasswordBody) -> dict[str, object]:
    """Get what the browser is to ask of a new passkey; good for one answer within five minutes"""
    current_password.check(body["current_password"])
    with writing() as session:
        return {"options": passkeys.begin(session, person(), current_request.resources().verifiers.party)}


@routes.post(
    "/second-factors/passkeys",
    guard=PERSON,
    refuses=[AccountUnknown, PasskeyNotAccepted, PasskeyExists],
)
@routes.arguments(NewPasskey)
@routes.response(201, RegisteredPasskeySchema)
def register_passkey(body: NewPasskeyBody) -> RegisteredPasskey:
    """Add a passkey, by what the browser answered"""
    party = current_request.resources().verifiers.party
    with writing() as session:
        return passkeys.register(session, person(), body["name"], body["credential"], party, current_request.origin())


@routes.patch("/second-factors/passkeys/<int:passkey_id>", guard=PERSON, refuses=[AccountUnknown, PasskeyUnknown])
@routes.arguments(PasskeyName)
@routes.response(200, PasskeySchema)
def rename_passkey(body: PasskeyNameBody, passkey_id: int) -> Passkey:
    """Give a passkey another name"""
    with writing() as session:
        return passkeys.rename(session, person(), passkey_id, body["name"])


@routes.post(
    "/second-factors/passkeys/<int:passkey_id>/removal",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, AccountUnknown, PasskeyUnknown],
)
@routes.arguments(CurrentPassword)
@routes.response(204)
def remove_passkey(body: CurrentPasswordBody, passkey_id: int) -> None:
    """Remove a passkey; the recovery codes go with the last second factor"""
    current_password.check(body["current_password"])
    with writing() as session:
        passkeys.remove(session, person(), passkey_id, current_request.origin())


routes.after_request(responses.never_stored)
