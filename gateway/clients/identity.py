"""The identity service: accounts, activation, sessions."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from gateway import current_person
from gateway.clients.answers import Captcha, LinkState, Page, RecoveryLink, Session
from gateway.clients.base import Answer, Call, given, path
from gateway.clients.errors import ServiceUnavailable
from gateway.clients.history_answers import HistoryEntry, OpenSession
from gateway.clients.my_account import MyAccountClient
from gateway.clients.operators import OperatorsClient
from gateway.clients.second_factors import SecondFactorsClient

OPEN_A_SESSION = {"/sessions", "/sessions/second-factor", "/sessions/passkey"}


class IdentityClient(MyAccountClient, SecondFactorsClient, OperatorsClient):
    service = "identity"

    def exchange(self, call: Call) -> Answer:
        """What a stranger wrote (their account, its activation) follows them into the session that they open."""
        answer = super().exchange(call)
        if call.method == "POST" and call.path in OPEN_A_SESSION and answer.status == HTTPStatus.CREATED:
            self._writes.carry_over(current_person.anonymous_writer(), current_person.subject_of(_access_token(answer)))
        return answer

    def new_captcha(self) -> Captcha:
        return cast(Captcha, self.post("/captchas", public=True))

    def captcha_image(self, captcha_id: str) -> Answer:
        """A PNG in the answer's body."""
        return self.exchange(Call("GET", path("/captchas/{captcha_id}/image", captcha_id=captcha_id), public=True))

    def captcha_audio(self, captcha_id: str) -> Answer:
        """The same characters, spoken: a WAV file in the answer's body (A-03)."""
        return self.exchange(Call("GET", path("/captchas/{captcha_id}/audio", captcha_id=captcha_id), public=True))

    def sign_up(self, account: dict[str, Any]) -> None:
        """Says the same for an address that has an account already (A-10)."""
        self.post("/accounts", account, public=True)

    def resend_activation(self, login_email: str) -> None:
        self.post("/activations/resend", {"login_email": login_email}, public=True)

    def check_activation(self, token: str) -> LinkState:
        """Consumes nothing (A-05)."""
        return cast(LinkState, self.post("/activations/check", {"token": token}, public=True))

    def activate(self, token: str, password: str, secret_question: str, secret_answer: str) -> None:
        body = {
            "token": token,
            "password": password,
            "secret_question": secret_question,
            "secret_answer": secret_answer,
        }
        self.post("/activations", body, public=True)

    def request_recovery(self, login_email: str, captcha_id: str, captcha_answer: str) -> None:
        """Says the same for an address without account (A-10)."""
        body = {"login_email": login_email, "captcha_id": captcha_id, "captcha_answer": captcha_answer}
        self.post("/recoveries/requests", body, public=True)

    def check_recovery(self, token: str) -> RecoveryLink:
        """Consumes nothing (A-09)."""
        return cast(RecoveryLink, self.post("/recoveries/check", {"token": token}, public=True))

    def recover(self, token: str, secret_answer: str, password: str) -> None:
        body = {"token": token, "secret_answer": secret_answer, "password": password}
        self.post("/recoveries", body, public=True)

    def refresh(self, refresh_token: str) -> Session:
        """The refresh token is spent; the answer holds the next."""
        return cast(Session, self.post("/sessions/refresh", {"refresh_token": refresh_token}, public=True))

    def sign_out(self) -> None:
        self.delete("/sessions/current")

    def erase_account(self, proof: Mapping[str, str | None]) -> None:
        """`proof`: current_password, and a code or recovery_code where the account has a second factor."""
        self.post("/personal-data/erasure", given(proof))

    def sessions(self, **query: Any) -> Page[OpenSession]:
        return cast(Page[OpenSession], self.get("/sessions", given(query)))

    def end_session(self, session_id: int) -> None:
        self.delete(path("/sessions/{session_id}", session_id=session_id))

    def end_other_sessions(self) -> None:
        self.delete("/sessions/others")

    def history(self, **query: Any) -> Page[HistoryEntry]:
        return cast(Page[HistoryEntry], self.get("/history", given(query)))


def _access_token(answer: Answer) -> str:
    session = answer.json()
    if not isinstance(session, dict) or not isinstance(session.get("access_token"), str):
        raise ServiceUnavailable(answer.service)
    return str(session["access_token"])
