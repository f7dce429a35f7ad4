"""The part of identity that one's own account is (A-12)."""

from collections.abc import Mapping
from typing import Any, cast

from gateway.clients.answers import Account, LoginEmailLink
from gateway.clients.base import ServiceClient


class MyAccountClient(ServiceClient):
    def my_account(self) -> Account:
        return cast(Account, self.get("/accounts/me"))

    def change_account(self, version: int, changes: Mapping[str, Any]) -> Account:
        """`version`: the one that was read and is now changed."""
        return cast(Account, self.patch("/accounts/me", {"version": version, **changes}))

    def change_password(self, current_password: str, password: str) -> None:
        self.post("/accounts/me/password", {"current_password": current_password, "password": password})

    def change_secret_question(self, current_password: str, question: str, answer: str) -> None:
        body = {"current_password": current_password, "secret_question": question, "secret_answer": answer}
        self.post("/accounts/me/secret-question", body)

    def ask_for_login_email(self, current_password: str, login_email: str) -> None:
        """Says the same for an address that has an account already (A-10)."""
        body = {"current_password": current_password, "login_email": login_email}
        self.post("/accounts/me/login-email", body)

    def withdraw_login_email(self) -> None:
        self.delete("/accounts/me/login-email")

    def check_login_email(self, token: str) -> LoginEmailLink:
        """Consumes nothing."""
        return cast(LoginEmailLink, self.post("/login-emails/check", {"token": token}, public=True))

    def confirm_login_email(self, token: str) -> None:
        self.post("/login-emails", {"token": token}, public=True)

    def deactivate(self, current_password: str) -> None:
        self.post("/accounts/me/deactivation", {"current_password": current_password})
