"""Client of the identity service: captchas, sign-up, activation, recovery, sessions, history."""

from collections.abc import Mapping
from http import HTTPStatus

from gateway import current_person
from gateway.clients.answers.identity import (
    HistoryEntryPage,
    LinkState,
    NewCaptcha,
    RecoveryLinkState,
    SessionPage,
    Tokens,
)
from gateway.clients.errors import ServiceUnavailable
from gateway.clients.my_account import MyAccountClient
from gateway.clients.operators import OperatorsClient
from gateway.clients.second_factors import SecondFactorsClient
from gateway.clients.service_client import ServiceRequest, ServiceResponse, expand_path, without_empty

OPEN_A_SESSION = {"/sessions", "/sessions/second-factor", "/sessions/passkey"}


class IdentityClient(MyAccountClient, SecondFactorsClient, OperatorsClient):
    service = "identity"

    def exchange(self, request: ServiceRequest) -> ServiceResponse:
        """Exchange as every client does; carry a stranger's recent writes over into the session that they open.

        Their sign-up and activation were written from their address: once signed in, they read them as their own.
        """
        response = super().exchange(request)
        opens_session = request.method == "POST" and request.path in OPEN_A_SESSION
        if opens_session and response.status == HTTPStatus.CREATED:  # 200: a second factor is still to come
            self._writes.carry_over(
                current_person.anonymous_writer(), current_person.subject_of(_access_token(response))
            )
        return response

    def new_captcha(self) -> NewCaptcha:
        return self.post("/captchas", answer=NewCaptcha, public=True)

    def captcha_image(self, captcha_id: str) -> ServiceResponse:
        """Return a response whose body is a PNG file."""
        path = expand_path("/captchas/{captcha_id}/image", captcha_id=captcha_id)
        return self.exchange(ServiceRequest("GET", path, public=True))

    def captcha_audio(self, captcha_id: str) -> ServiceResponse:
        """Return a response whose body is a WAV file: the characters of the image, spoken (A-03)."""
        path = expand_path("/captchas/{captcha_id}/audio", captcha_id=captcha_id)
        return self.exchange(ServiceRequest("GET", path, public=True))

    def sign_up(self, account: Mapping[str, object]) -> None:
        """Create an account; an address that has one already gets no other answer (A-10)."""
        self.post("/accounts", account, public=True)

    def resend_activation(self, login_email: str) -> None:
        self.post("/activations/resend", {"login_email": login_email}, public=True)

    def check_activation(self, token: str) -> LinkState:
        """Return the state of a mailed link; the link stays usable (A-05)."""
        return self.post("/activations/check", {"token": token}, answer=LinkState, public=True)

    def activate(self, token: str, password: str, secret_question: str, secret_answer: str) -> None:
        body = {
            "token": token,
            "password": password,
            "secret_question": secret_question,
            "secret_answer": secret_answer,
        }
        self.post("/activations", body, public=True)

    def request_recovery(self, login_email: str, captcha_id: str, captcha_answer: str) -> None:
        """Request a recovery link; an address without account gets no other answer (A-10)."""
        body = {"login_email": login_email, "captcha_id": captcha_id, "captcha_answer": captcha_answer}
        self.post("/recoveries/requests", body, public=True)

    def check_recovery(self, token: str) -> RecoveryLinkState:
        """Return the state of a mailed link; the link stays usable (A-09)."""
        return self.post("/recoveries/check", {"token": token}, answer=RecoveryLinkState, public=True)

    def recover(self, token: str, secret_answer: str, password: str) -> None:
        body = {"token": token, "secret_answer": secret_answer, "password": password}
        self.post("/recoveries", body, public=True)

    def refresh(self, refresh_token: str) -> Tokens:
        """Return the next tokens of a session. A refresh token is good once: the answer holds its successor."""
        return self.post("/sessions/refresh", {"refresh_token": refresh_token}, answer=Tokens, public=True)

    def sign_out(self) -> None:
        self.delete("/sessions/current")

    def erase_account(self, proof: Mapping[str, str | None]) -> None:
        """Erase one's account. `proof`: current_password, with a second factor also a code or recovery_code."""
        self.post("/personal-data/erasure", without_empty(proof))

    def sessions(self, after: str | None = None) -> SessionPage:
        return self.get("/sessions", SessionPage, without_empty({"after": after}))

    def end_session(self, session_id: int) -> None:
        self.delete(expand_path("/sessions/{session_id}", session_id=session_id))

    def end_other_sessions(self) -> None:
        self.delete("/sessions/others")

    def history(self, after: str | None = None) -> HistoryEntryPage:
        return self.get("/history", HistoryEntryPage, without_empty({"after": after}))


def _access_token(response: ServiceResponse) -> str:
    """Return the access token of a response; raise ServiceUnavailable when it holds none."""
    session = response.json()
    if not isinstance(session, dict) or not isinstance(session.get("access_token"), str):
        raise ServiceUnavailable(response.service)
    return str(session["access_token"])
