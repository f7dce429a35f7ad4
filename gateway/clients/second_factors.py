"""Client of identity's routes for second factors: managing one's own, and presenting one to sign in (A-14)."""

from collections.abc import Mapping, Sequence
from typing import cast

from gateway.clients.answers.identity import (
    BegunApp,
    OptionsToRegister,
    OptionsToSignIn,
    Passkey,
    RecoveryCodes,
    RegisteredPasskey,
    SecondFactors,
    SecondStepNeeded,
    SignedIn,
)
from gateway.clients.service_client import ServiceClient, expand_path

PASSKEY = "/second-factors/passkeys/{passkey_id}"
Credential = Mapping[str, object]
"""JSON of WebAuthn: options for the browser, or the browser's answer to them."""


class SecondFactorsClient(ServiceClient):
    def sign_in(self, login_email: str, password: str, device_tokens: Sequence[str]) -> SignedIn | SecondStepNeeded:
        """Return the tokens or, for an account with a second factor, the challenge of the second step."""
        body = {"login_email": login_email, "password": password, **_device_part(device_tokens)}
        # A union is no class, so it cannot be passed as `answer`.
        return cast(SignedIn | SecondStepNeeded, self.post("/sessions", body, answer=object, public=True))

    def show_second_factor(self, challenge: str, device_tokens: Sequence[str], **factor: object) -> SignedIn:
        """Finish the second step with one `factor`: a `code`, a `recovery_code` or a `passkey`."""
        body = {"challenge": challenge, **factor, **_device_part(device_tokens)}
        return self.post("/sessions/second-factor", body, answer=SignedIn, public=True)

    def ask_for_second_passkey(self, challenge: str) -> Credential:
        """Return the options with which the browser asks for a passkey as second factor."""
        path, body = "/sessions/second-factor/passkey-options", {"challenge": challenge}
        return self.post(path, body, answer=OptionsToSignIn, public=True)["options"]

    def ask_for_passkey(self) -> Credential:
        """Return the options with which the browser asks for a passkey alone, of a person not yet known."""
        return self.post("/sessions/passkey-options", answer=OptionsToSignIn, public=True)["options"]

    def sign_in_with_passkey(self, passkey: Credential, device_tokens: Sequence[str]) -> SignedIn:
        body = {"passkey": passkey, **_device_part(device_tokens)}
        return self.post("/sessions/passkey", body, answer=SignedIn, public=True)

    def second_factors(self) -> SecondFactors:
        return self.get("/second-factors", SecondFactors)

    def begin_app(self, current_password: str) -> BegunApp:
        body = {"current_password": current_password}
        return self.post("/second-factors/authenticator-app", body, answer=BegunApp)

    def confirm_app(self, code: str) -> list[str]:
        """Return the recovery codes, none unless this is the first second factor."""
        path = "/second-factors/authenticator-app/confirmation"
        return self.post(path, {"code": code}, answer=RecoveryCodes)["recovery_codes"]

    def remove_app(self, current_password: str) -> None:
        self.post("/second-factors/authenticator-app/removal", {"current_password": current_password})

    def renew_recovery_codes(self, current_password: str) -> list[str]:
        path, body = "/second-factors/recovery-codes", {"current_password": current_password}
        return self.post(path, body, answer=RecoveryCodes)["recovery_codes"]

    def begin_passkey(self, current_password: str) -> Credential:
        """Return the options with which the browser creates a passkey."""
        path, body = "/second-factors/passkey-options", {"current_password": current_password}
        return self.post(path, body, answer=OptionsToRegister)["options"]

    def register_passkey(self, name: str, credential: Credential) -> list[str]:
        """Return the recovery codes, none unless this is the first second factor."""
        body = {"name": name, "credential": credential}
        return self.post("/second-factors/passkeys", body, answer=RegisteredPasskey)["recovery_codes"]

    def rename_passkey(self, passkey_id: int, name: str) -> Passkey:
        return self.patch(expand_path(PASSKEY, passkey_id=passkey_id), {"name": name}, Passkey)

    def remove_passkey(self, passkey_id: int, current_password: str) -> None:
        path = expand_path(f"{PASSKEY}/removal", passkey_id=passkey_id)
        self.post(path, {"current_password": current_password})


def _device_part(device_tokens: Sequence[str]) -> dict[str, object]:
    """Return the part of a body with the tokens of a known device; nothing for one that is not known."""
    return {"device_tokens": list(device_tokens)} if device_tokens else {}
