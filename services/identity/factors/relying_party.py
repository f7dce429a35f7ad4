"""WebAuthn relying party: options for browsers and verification of their answers (A-14)."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

NAME = "Guichet"
TIMEOUT_MILLISECONDS = 300_000
WebauthnJson = Mapping[str, Any]
"""JSON of the browsers' WebAuthn API, passed on as it is."""
SAFE_PORTS = {"http": 80, "https": 443}

log = structlog.get_logger()


class NotVerified(Exception):
    """Failure of a browser's answer: malformed, for another site or challenge, or with a wrong signature."""


@dataclass(frozen=True)
class NewPasskey:
    """Credential that an authenticator has just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


@dataclass(frozen=True)
class KnownPasskey:
    """Registered passkey, as far as a browser needs it to find it."""

    credential_id: bytes
    transports: list[str]


class RelyingParty:
    def __init__(self, portal_url: str) -> None:
        """Raise ValueError unless `portal_url` is the address of a site."""
        address = urlsplit(portal_url.rstrip("/").lower())
        if address.scheme not in SAFE_PORTS or not address.hostname or address.path or address.query:
            raise ValueError("must be the address of a site, such as https://guichet.example")
        self.id = address.hostname.encode("idna").decode()
        # Browsers leave the default port out of an origin.
        port = "" if address.port in (None, SAFE_PORTS[address.scheme]) else f":{address.port}"
        self.origin = f"{address.scheme}://{self.id}{port}"

    @property
    def has_a_name(self) -> bool:
        """Return whether browsers keep passkeys for this site: they keep none for an IP address."""
        try:
            ipaddress.ip_address(self.id)
        except ValueError:
            return True
        return False

    def to_register(
        self, account_id: int, login_email: str, challenge: bytes, registered: Iterable[KnownPasskey]
    ) -> dict[str, Any]:
        """Return PublicKeyCredentialCreationOptionsJSON.

        Passkeys must be discoverable without the e-mail and verify their user, so that each can be the only factor.
        """
        options = webauthn.generate_registration_options(
            rp_id=self.id,
            rp_name=NAME,
            user_id=user_handle(account_id),
            user_name=login_email,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            exclude_credentials=_descriptors(registered),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        return options_to_json_dict(options)

    def to_sign_in(self, challenge: bytes, registered: Iterable[KnownPasskey] = ()) -> dict[str, Any]:
        """Return PublicKeyCredentialRequestOptionsJSON.

        `registered`: passkeys of one account, as second factor; without any, every discoverable passkey as only factor.
        """
        allowed = _descriptors(registered)
        options = webauthn.generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            allow_credentials=allowed,
            # As second factor the passkey follows a right password; alone it must also prove who holds it.
            user_verification=UserVerificationRequirement.PREFERRED
            if allowed
            else UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def registered(self, credential: WebauthnJson, challenge: bytes) -> NewPasskey:
        """Verify a RegistrationResponseJSON. Raise NotVerified."""
        try:
            made = webauthn.verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                require_user_verification=True,
            )
            transports = parse_registration_credential_json(dict(credential)).response.transports or []
        except Exception as error:
            raise _not_verified(error) from error
        names = [transport.value for transport in transports]
        return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count, names)

    def count_of_signature(self, credential: WebauthnJson, challenge: bytes, public_key: bytes, *, alone: bool) -> int:
        """Verify an AuthenticationResponseJSON and return its signature counter. Raise NotVerified.

        `alone`: the passkey is the only factor, so the authenticator must have verified its user.
        """
        try:
            return webauthn.verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,  # compared by models.second_factors.Passkey.use instead
                require_user_verification=alone,
            ).new_sign_count
        except Exception as error:
            raise _not_verified(error) from error


def user_handle(account_id: int) -> bytes:
    """Return the user handle of an account: its number, so that authenticators learn no more of the person."""
    return str(account_id).encode()


def challenge_of(credential: WebauthnJson) -> bytes:
    """Return the challenge that a browser's answer belongs to. Raise NotVerified."""
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except Exception as error:
        raise _not_verified(error) from error


def passkey_of(credential: WebauthnJson) -> tuple[bytes, bytes | None]:
    """Return credential id and user handle of an AuthenticationResponseJSON. Raise NotVerified.

    Authenticators may leave out the handle (None) where the passkey is a second factor.
    """
    try:
        parsed = parse_authentication_credential_json(dict(credential))
    except Exception as error:
        raise _not_verified(error) from error
    return parsed.raw_id, parsed.response.user_handle


def _descriptors(registered: Iterable[KnownPasskey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=passkey.credential_id, transports=[*map(AuthenticatorTransport, passkey.transports)]
        )
        for passkey in registered
    ]


def _not_verified(error: Exception) -> NotVerified:
    """Log and replace any exception of the library, which lets Python's own errors through for malformed answers.

    Their text may quote the answer, so only their type is logged.
    """
    log.info("passkey not verified", fault=type(error).__name__)
    return NotVerified()
