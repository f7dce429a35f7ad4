"""Tokens for services (OAuth 2 client credentials, RFC 6749) and the keys that verify every token."""

from collections.abc import Mapping

from flask import Response, jsonify, request

from chassis.calls.tokens import KEYS_FRESH_SECONDS
from chassis.web.guards import PUBLIC
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.errors.clients import ClientRefusal, InvalidClient, InvalidRequest, UnsupportedGrantType
from services.identity.schemas.tokens import IssuedToken, Jwks, TokenRefusal
from services.identity.web import current_request

REFUSED = "invalid_request, unsupported_grant_type, invalid_scope"
FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"type": "string", "enum": ["client_credentials"]},
                    "client_id": {"type": "string", "description": "the service's name, unless sent by HTTP Basic"},
                    "client_secret": {"type": "string"},
                    "scope": {
                        "type": "string",
                        "description": "a part of what the client may have; all of it if absent",
                    },
                },
            }
        }
    },
}
"""Form of RFC 6749, section 4.4.2. No schema, as missing fields are refused in the RFC's words, and unknown ones
ignored."""

routes = Routes("tokens", description="Tokens for services, and the public keys.")


@routes.post("/oauth/token", guard=PUBLIC)
@routes.response(200, IssuedToken)
@routes.alt_response(400, schema=TokenRefusal, description=REFUSED)  # type: ignore[untyped-decorator]
@routes.alt_response(401, schema=TokenRefusal, description="invalid_client")  # type: ignore[untyped-decorator]
@routes.doc(requestBody=FORM)  # type: ignore[untyped-decorator]
def issue_token() -> Response:
    """Issue a token for a service, by its client credentials"""
    try:
        return responses.never_stored(jsonify(_issued(request.form)))
    except ClientRefusal as refusal:
        return _refused(refusal)


@routes.get("/.well-known/jwks.json", guard=PUBLIC)
@routes.response(200, Jwks)
def get_keys() -> Response:
    """Get the public keys of every access token (RFC 7517)"""
    response = jsonify(current_request.resources().keys.jwks())
    response.headers["Cache-Control"] = f"public, max-age={KEYS_FRESH_SECONDS}"
    return response


def _issued(form: Mapping[str, str]) -> dict[str, object]:
    grant_type = form.get("grant_type")
    if not grant_type:
        raise InvalidRequest
    if grant_type != "client_credentials":
        raise UnsupportedGrantType
    name, secret = _credentials(form)
    scopes = current_request.resources().clients.granted(name, secret, form.get("scope"))
    token = current_request.resources().tokens.for_service(name, scopes)
    return {
        "access_token": token.value,
        "token_type": "Bearer",
        "expires_in": token.seconds,
        "scope": " ".join(sorted(scopes)),
    }


def _credentials(form: Mapping[str, str]) -> tuple[str, str]:
    """Return the client credentials of the Authorization header (Basic) or the form, and refuse both at once."""
    basic = request.authorization if request.authorization and request.authorization.type == "basic" else None
    if basic and "client_secret" in form:
        raise InvalidRequest
    if basic:
        return basic.username or "", basic.password or ""
    return form.get("client_id", ""), form.get("client_secret", "")


def _refused(refusal: ClientRefusal) -> Response:
    response = responses.never_stored(jsonify(error=refusal.error))
    response.status_code = refusal.status
    if refusal.status == InvalidClient.status:
        response.headers["WWW-Authenticate"] = 'Basic realm="guichet"'
    return response
