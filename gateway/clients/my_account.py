"""Client of identity's routes for one's own account (A-12)."""

from collections.abc import Mapping

from gateway.clients.answers.identity import Account, ContactEmailLinkState, LoginEmailLinkState
from gateway.clients.service_client import ServiceClient


class MyAccountClient(ServiceClient):
    def my_account(self) -> Account:
        return self.get("/accounts/me", Account)

    def change_account(self, version: int, changes: Mapping[str, object]) -> Account:
        """Change one's details. `version` is that of the account that was read: another is refused as stale."""
        return self.patch("/accounts/me", {"version": version, **changes}, Account)

    def change_password(self, current_password: str, password: str) -> None:
        self.post("/accounts/me/password", {"current_password": current_password, "password": password})

    def change_secret_question(self, current_password: str, question: str, answer: str) -> None:
        body = {"current_password": current_password, "secret_question": question, "secret_answer": answer}
        self.post("/accounts/me/secret-question", body)

    def ask_for_login_email(self, current_password: str, login_email: str) -> None:
        """Request another address to sign in with; an address that has an account gets no other answer (A-10)."""
        body = {"current_password": current_password, "login_email": login_email}
        self.post("/accounts/me/login-email", body)

    def withdraw_login_email(self) -> None:
        self.delete("/accounts/me/login-email")

    def check_login_email(self, token: str) -> LoginEmailLinkState:
        """Return the state of a mailed link; the link stays usable."""
        return self.post("/login-emails/check", {"token": token}, answer=LoginEmailLinkState, public=True)

    def confirm_login_email(self, token: str) -> None:
        self.post("/login-emails", {"token": token}, public=True)

    def ask_for_contact_email_again(self) -> None:
        """Have the mail that confirms the awaited contact e-mail sent again."""
        self.post("/accounts/me/contact-email/confirmation-mail")

    def withdraw_contact_email(self) -> None:
        self.delete("/accounts/me/contact-email")

    def check_contact_email(self, token: str) -> ContactEmailLinkState:
        """Return the state of a mailed link; the link stays usable."""
        return self.post("/contact-emails/check", {"token": token}, answer=ContactEmailLinkState, public=True)

    def confirm_contact_email(self, token: str) -> None:
        self.post("/contact-emails", {"token": token}, public=True)

    def deactivate(self, current_password: str) -> None:
        self.post("/accounts/me/deactivation", {"current_password": current_password})
