"""WebAuthn, as the party that relies on it: what a browser is asked, and whether its answer is right (A-14)."""

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
SAFE_PORTS = {"http": 80, "https": 443}

log = structlog.get_logger()


class NotVerified(Exception):
    """The browser's answer is malformed, for another site or question, or its signature is wrong."""


@dataclass(frozen=True)
class NewPasskey:
    """What an authenticator has made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


@dataclass(frozen=True)
class KnownPasskey:
    """What is known of a passkey, for the browser to find it."""

    credential_id: bytes
    transports: list[str]


class RelyingParty:
    def __init__(self, portal_url: str) -> None:
        """Raises ValueError for what is not the address of a site."""
        address = urlsplit(portal_url.rstrip("/").lower())
        if address.scheme not in SAFE_PORTS or not address.hostname or address.path or address.query:
            raise ValueError("must be the address of a site, such as https://guichet.example")
        self.id = address.hostname.encode("idna").decode()
        port = "" if address.port in (None, SAFE_PORTS[address.scheme]) else f":{address.port}"
        self.origin = f"{address.scheme}://{self.id}{port}"

    @property
    def has_a_name(self) -> bool:
        """Browsers keep no passkeys for an address in numbers."""
        try:
            ipaddress.ip_address(self.id)
        except ValueError:
            return True
        return False

    def to_register(
        self, account_id: int, login_email: str, challenge: bytes, known: Iterable[KnownPasskey]
    ) -> dict[str, Any]:
        """PublicKeyCredentialCreationOptionsJSON. A passkey must be found without the e-mail, and ask who holds it,
        so that each can be the only factor."""
        options = webauthn.generate_registration_options(
            rp_id=self.id,
            rp_name=NAME,
            user_id=user_handle(account_id),
            user_name=login_email,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            exclude_credentials=_descriptors(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        return options_to_json_dict(options)

    def to_sign_in(self, challenge: bytes, known: Iterable[KnownPasskey] = ()) -> dict[str, Any]:
        """PublicKeyCredentialRequestOptionsJSON: for one of the `known`, or whichever the person has as only factor."""
        allowed = _descriptors(known)
        options = webauthn.generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            allow_credentials=allowed,
            user_verification=UserVerificationRequirement.PREFERRED
            if allowed
            else UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def registered(self, credential: Mapping[str, Any], challenge: bytes) -> NewPasskey:
        """From a RegistrationResponseJSON. Raises NotVerified."""
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

    def count_of_signature(
        self, credential: Mapping[str, Any], challenge: bytes, public_key: bytes, *, alone: bool
    ) -> int:
        """From an AuthenticationResponseJSON whose signature is right: how often the passkey says it was used. Raises
        NotVerified. `alone`: it is the only factor, so the authenticator must have made sure who holds it."""
        try:
            return webauthn.verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,  # the passkey itself says what it makes of the count
                require_user_verification=alone,
            ).new_sign_count
        except Exception as error:
            raise _not_verified(error) from error


def user_handle(account_id: int) -> bytes:
    """How authenticators know an account: by its number, which tells nothing about the person."""
    return str(account_id).encode()


def challenge_of(credential: Mapping[str, Any]) -> bytes:
    """The question that a browser's answer belongs to. Raises NotVerified."""
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except Exception as error:
        raise _not_verified(error) from error


def passkey_of(credential: Mapping[str, Any]) -> tuple[bytes, bytes | None]:
    """The id of the passkey that an AuthenticationResponseJSON comes from, and the handle of its holder, which a second
    factor may leave out. Raises NotVerified."""
    try:
        parsed = parse_authentication_credential_json(dict(credential))
    except Exception as error:
        raise _not_verified(error) from error
    return parsed.raw_id, parsed.response.user_handle


def _descriptors(known: Iterable[KnownPasskey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=one.credential_id, transports=[*map(AuthenticatorTransport, one.transports)])
        for one in known
    ]


def _not_verified(error: Exception) -> NotVerified:
    """For every exception: where an answer is malformed, the library lets Python's own errors through. Their text may
    quote the answer, so that only their kind is told."""
    log.info("passkey not verified", fault=type(error).__name__)
    return NotVerified()
