"""Answers of the identity service, written by `make contracts`: change its OpenAPI document instead."""

from typing import Literal, TypedDict, final


@final
class NewCaptcha(TypedDict):
    """Answer to POST /captchas."""

    captcha_id: str
    expires_at: str


@final
class Account(TypedDict):
    """Answer to GET /accounts/me and PATCH /accounts/me."""

    account_id: int
    login_email: str
    contact_email: str
    last_name: str
    first_name: str
    street: str
    postcode: str
    town: str
    country: str
    status: Literal["EN_ATTENTE_ACTIVATION", "ACTIF", "DESACTIVE", "EFFACE"]
    version: int
    """Of what PATCH can change: say which was read."""
    awaited_login_email: str | None
    """Asked for, to be confirmed from there."""
    awaited_contact_email: str | None
    """Wanted for notices, which go to contact_email until it is confirmed from there."""


@final
class LoginEmailLinkState(TypedDict):
    """Answer to POST /login-emails/check."""

    expires_at: str
    login_email: str


@final
class ContactEmailLinkState(TypedDict):
    """Answer to POST /contact-emails/check."""

    expires_at: str
    contact_email: str


@final
class LinkState(TypedDict):
    """Answer to POST /activations/check."""

    expires_at: str
    login_email: str
    last_name: str
    first_name: str


@final
class RecoveryLinkState(TypedDict):
    """Answer to POST /recoveries/check."""

    expires_at: str
    login_email: str
    last_name: str
    first_name: str
    secret_question: str
    tries_left: int


@final
class Device(TypedDict):
    browser: str | None
    system: str | None


@final
class Session(TypedDict):
    session_id: int
    device: Device
    address: str
    opened_at: str
    last_used_at: str
    expires_at: str
    """If it is not used any more."""
    is_current: bool


@final
class SessionPage(TypedDict):
    """Answer to GET /sessions."""

    items: list[Session]
    next: str | None


@final
class SecondStepNeeded(TypedDict):
    """Answer to POST /sessions."""

    second_factor_needed: bool
    """Always true."""
    challenge: str
    """To send with the second factor, good once."""
    expires_at: str
    methods: list[str]
    """What this account can show: code, recovery_code, passkey."""


@final
class SignedIn(TypedDict):
    """Answer to POST /sessions, POST /sessions/second-factor and POST /sessions/passkey."""

    access_token: str
    token_type: str
    expires_in: int
    """Seconds."""
    refresh_token: str
    device_token: str
    """To keep on this device, also after signing out, and to show among the device_tokens of the next sign-in."""
    device_known_until: str


@final
class Tokens(TypedDict):
    """Answer to POST /sessions/refresh."""

    access_token: str
    token_type: str
    expires_in: int
    """Seconds."""
    refresh_token: str


@final
class OptionsToSignIn(TypedDict):
    """Answer to POST /sessions/second-factor/passkey-options and POST /sessions/passkey-options."""

    options: dict[str, object]
    """PublicKeyCredentialRequestOptionsJSON, https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson."""


@final
class AuthenticatorApp(TypedDict):
    added_at: str


@final
class Passkey(TypedDict):
    """Answer to PATCH /second-factors/passkeys/{passkey_id}."""

    passkey_id: int
    name: str
    added_at: str
    last_used_at: str | None


@final
class SecondFactors(TypedDict):
    """Answer to GET /second-factors."""

    authenticator_app: AuthenticatorApp | None
    passkeys: list[Passkey]
    recovery_codes_left: int


@final
class BegunApp(TypedDict):
    """Answer to POST /second-factors/authenticator-app."""

    secret: str
    """Base32, to type into the app."""
    address: str
    """Otpauth://…, for a QR code."""
    expires_at: str
    """The first code must be there before."""


@final
class RecoveryCodes(TypedDict):
    """Answer to POST /second-factors/authenticator-app/confirmation and POST /second-factors/recovery-codes."""

    recovery_codes: list[str]
    """Shown this once; empty if there are some already."""


@final
class OptionsToRegister(TypedDict):
    """Answer to POST /second-factors/passkey-options."""

    options: dict[str, object]
    """PublicKeyCredentialCreationOptionsJSON, https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson."""


@final
class RegisteredPasskey(TypedDict):
    """Answer to POST /second-factors/passkeys."""

    recovery_codes: list[str]
    """Shown this once; empty if there are some already."""
    passkey: Passkey


@final
class HistoryEntry(TypedDict):
    happened_at: str
    what: str
    address: str
    device: Device
    by_operator: bool


@final
class HistoryEntryPage(TypedDict):
    """Answer to GET /history."""

    items: list[HistoryEntry]
    next: str | None


@final
class KnownAccount(TypedDict):
    """Answer to GET /operator/accounts/{account_id}."""

    account_id: int
    login_email: str
    contact_email: str
    awaited_contact_email: str | None
    """Wanted for notices, and not confirmed."""
    last_name: str
    first_name: str
    status: Literal["EN_ATTENTE_ACTIVATION", "ACTIF", "DESACTIVE", "EFFACE"]
    registered_at: str
    activated_at: str | None
    operator_since: str | None
    has_second_factor: bool
    """An authenticator app that is confirmed, or a passkey."""


@final
class KnownAccountPage(TypedDict):
    """Answer to GET /operator/accounts."""

    items: list[KnownAccount]
    next: str | None


@final
class OperatorsHistoryEntry(TypedDict):
    happened_at: str
    what: str
    address: str
    device: Device
    by_operator: bool
    done_by: int | None
    """The account of the operator or manager."""


@final
class OperatorsHistoryEntryPage(TypedDict):
    """Answer to GET /operator/accounts/{account_id}/history."""

    items: list[OperatorsHistoryEntry]
    next: str | None
