"""One's own passkeys (A-14)."""

from typing import Any

from chassis.web.guards import PERSON
from chassis.web.request_context import person, writing
from chassis.web.routes import Routes
from services.identity import errors, schemas, use_cases
from services.identity.api.edge import never_stored, origin, resources, settled
from services.identity.api.proving import PROOF_REFUSALS, must_know_the_password
from services.identity.models import Passkey
from services.identity.use_cases import RegisteredPasskey

routes = Routes("passkeys", description="Passkeys (WebAuthn): as second factor, or instead of the password.")


@routes.post(
    "/second-factors/passkey-options",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, errors.AccountUnknown, errors.TooManyPasskeys],
)
@routes.arguments(schemas.CurrentPassword)
@routes.response(201, schemas.OptionsToRegister)
def begin_passkey(body: dict[str, Any]) -> dict[str, Any]:
    """What the browser is to ask of a new passkey; good for one answer within five minutes"""
    must_know_the_password(body["current_password"])
    with writing() as session:
        return {"options": use_cases.begin_passkey(session, person(), resources().verifiers.party)}


@routes.post(
    "/second-factors/passkeys",
    guard=PERSON,
    refuses=[errors.AccountUnknown, errors.PasskeyNotAccepted, errors.PasskeyExists],
)
@routes.arguments(schemas.NewPasskey)
@routes.response(201, schemas.RegisteredPasskey)
def register_passkey(body: dict[str, Any]) -> RegisteredPasskey:
    """Add a passkey, by what the browser answered"""
    with writing() as session:
        party = resources().verifiers.party
        outcome = use_cases.register_passkey(session, person(), body["name"], body["credential"], party, origin())
    return settled(outcome)


@routes.patch(
    "/second-factors/passkeys/<int:passkey_id>", guard=PERSON, refuses=[errors.AccountUnknown, errors.PasskeyUnknown]
)
@routes.arguments(schemas.PasskeyName)
@routes.response(200, schemas.Passkey)
def rename_passkey(body: dict[str, Any], passkey_id: int) -> Passkey:
    """Give a passkey another name"""
    with writing() as session:
        return use_cases.rename_passkey(session, person(), passkey_id, body["name"])


@routes.post(
    "/second-factors/passkeys/<int:passkey_id>/removal",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, errors.AccountUnknown, errors.PasskeyUnknown],
)
@routes.arguments(schemas.CurrentPassword)
@routes.response(204)
def remove_passkey(body: dict[str, Any], passkey_id: int) -> None:
    """Remove a passkey; the recovery codes go with the last second factor"""
    must_know_the_password(body["current_password"])
    with writing() as session:
        use_cases.remove_passkey(session, person(), passkey_id, origin())


routes.after_request(never_stored)
