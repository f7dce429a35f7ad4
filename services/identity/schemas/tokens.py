"""Shapes of tokens for services, and of the keys that verify every token."""

from marshmallow import fields

from chassis.ground.schemas import Schema


class IssuedToken(Schema):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    scope = fields.String(required=True)


class TokenRefusal(Schema):
    """Refusal of a token (RFC 6749, section 5.2)."""

    error = fields.String(required=True)


class Jwk(Schema):
    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    kid = fields.String(required=True)
    use = fields.String(required=True)
    alg = fields.String(required=True)


class Jwks(Schema):
    """Key set (RFC 7517), public parts only."""

    keys = fields.List(fields.Nested(Jwk), required=True)
