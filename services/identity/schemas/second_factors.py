"""Shapes of second factors, of adding one, and of the second step of signing in (A-14)."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from chassis.ground.schemas import Schema, text
from services.identity.schemas.fields import device_tokens, token

FACTORS = ("code", "recovery_code", "passkey")
W3C = "https://www.w3.org/TR/webauthn-3/#dictdef-"


def _of_webauthn(name: str, **options: Any) -> fields.Dict:
    """Return a field for a shape of the browsers, passed on as it is."""
    return fields.Dict(keys=fields.String(), metadata={"description": f"{name}, {W3C}{name.lower()}"}, **options)


class SecondStepNeeded(Schema):
    """Answer to the right password of an account with a second factor: no session yet."""

    second_factor_needed = fields.Boolean(required=True, metadata={"description": "always true"})
    challenge = fields.String(required=True, metadata={"description": "to send with the second factor, good once"})
    expires_at = fields.AwareDateTime(required=True)
    methods = fields.List(
        fields.String(), required=True, metadata={"description": f"what this account can show: {', '.join(FACTORS)}"}
    )


class Challenge(Schema):
    challenge = token()


class SecondStep(Schema):
    """Challenge, and one of the three factors."""

    challenge = token()
    code = text(20, required=False, metadata={"description": "six digits, of the authenticator app"})
    recovery_code = text(60, required=False)
    passkey = _of_webauthn("AuthenticationResponseJSON", load_default=None, allow_none=True)
    device_tokens = device_tokens()

    @validates_schema
    def _shows_one(self, data: dict[str, Any], **_: Any) -> None:
        factors = [name for name in FACTORS if data.get(name)]
        if len(factors) != 1:
            raise ValidationError("duplicate" if factors else "required", field_name=factors[-1] if factors else "code")


class PasskeyAnswer(Schema):
    passkey = _of_webauthn("AuthenticationResponseJSON", required=True)
    device_tokens = device_tokens()


class OptionsToSignIn(Schema):
    options = _of_webauthn("PublicKeyCredentialRequestOptionsJSON", required=True)


class OptionsToRegister(Schema):
    options = _of_webauthn("PublicKeyCredentialCreationOptionsJSON", required=True)


class BegunApp(Schema):
    secret = fields.String(required=True, metadata={"description": "Base32, to type into the app"})
    address = fields.String(required=True, metadata={"description": "otpauth://…, for a QR code"})
    expires_at = fields.AwareDateTime(required=True, metadata={"description": "the first code must be there before"})


class FirstCode(Schema):
    code = text(20)


class RecoveryCodes(Schema):
    recovery_codes = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "shown this once; empty if there are some already"},
    )


class NewPasskey(Schema):
    name = text(100)
    credential = _of_webauthn("RegistrationResponseJSON", required=True)


class PasskeyName(Schema):
    name = text(100)


class Passkey(Schema):
    passkey_id = fields.Integer(required=True, attribute="id")
    name = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)


class RegisteredPasskey(RecoveryCodes):
    passkey = fields.Nested(Passkey, required=True)


class AuthenticatorApp(Schema):
    added_at = fields.AwareDateTime(required=True, attribute="confirmed_at")


class SecondFactors(Schema):
    authenticator_app = fields.Nested(AuthenticatorApp, required=True, allow_none=True)
    passkeys = fields.List(fields.Nested(Passkey), required=True)
    recovery_codes_left = fields.Integer(required=True)
