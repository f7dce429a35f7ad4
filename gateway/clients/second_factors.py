"""The part of identity that second factors are: adding them, and showing them where someone signs in."""

from typing import Any, cast

from gateway.clients.answers import BegunApp, Passkey, SecondFactors, Session, SignIn
from gateway.clients.base import ServiceClient, path

OF_A_PASSKEY = "/second-factors/passkeys/{passkey_id}"


class SecondFactorsClient(ServiceClient):
    def sign_in(self, login_email: str, password: str) -> SignIn:
        """The session; or, for an account with a second factor, what it takes to go on."""
        return cast(SignIn, self.post("/sessions", {"login_email": login_email, "password": password}, public=True))

    def show_second_factor(self, challenge: str, **shown: Any) -> Session:
        """`shown`: a `code`, a `recovery_code` or a `passkey`."""
        return cast(Session, self.post("/sessions/second-factor", {"challenge": challenge, **shown}, public=True))

    def ask_for_second_passkey(self, challenge: str) -> dict[str, Any]:
        """What the browser is to ask of a passkey."""
        asked = self.post("/sessions/second-factor/passkey-options", {"challenge": challenge}, public=True)
        return cast(dict[str, Any], asked["options"])

    def ask_for_passkey(self) -> dict[str, Any]:
        """The same, before it is known whose passkey it will be."""
        return cast(dict[str, Any], self.post("/sessions/passkey-options", public=True)["options"])

    def sign_in_with_passkey(self, passkey: dict[str, Any]) -> Session:
        return cast(Session, self.post("/sessions/passkey", {"passkey": passkey}, public=True))

    def second_factors(self) -> SecondFactors:
        return cast(SecondFactors, self.get("/second-factors"))

    def begin_app(self, current_password: str) -> BegunApp:
        body = {"current_password": current_password}
        return cast(BegunApp, self.post("/second-factors/authenticator-app", body))

    def confirm_app(self, code: str) -> list[str]:
        """The recovery codes, if it is the first second factor."""
        return _codes(self.post("/second-factors/authenticator-app/confirmation", {"code": code}))

    def remove_app(self, current_password: str) -> None:
        self.post("/second-factors/authenticator-app/removal", {"current_password": current_password})

    def renew_recovery_codes(self, current_password: str) -> list[str]:
        return _codes(self.post("/second-factors/recovery-codes", {"current_password": current_password}))

    def begin_passkey(self, current_password: str) -> dict[str, Any]:
        """What the browser is to ask of a new passkey."""
        asked = self.post("/second-factors/passkey-options", {"current_password": current_password})
        return cast(dict[str, Any], asked["options"])

    def register_passkey(self, name: str, credential: dict[str, Any]) -> list[str]:
        """The recovery codes, if it is the first second factor."""
        return _codes(self.post("/second-factors/passkeys", {"name": name, "credential": credential}))

    def rename_passkey(self, passkey_id: int, name: str) -> Passkey:
        return cast(Passkey, self.patch(path(OF_A_PASSKEY, passkey_id=passkey_id), {"name": name}))

    def remove_passkey(self, passkey_id: int, current_password: str) -> None:
        removal = path(f"{OF_A_PASSKEY}/removal", passkey_id=passkey_id)
        self.post(removal, {"current_password": current_password})


def _codes(answer: dict[str, Any]) -> list[str]:
    return cast(list[str], answer["recovery_codes"])
