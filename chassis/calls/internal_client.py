"""Calls from one service to another, with the caller's own credentials and never a person's."""

import threading
import time
from collections.abc import Callable, Mapping

import requests

from chassis.calls.http import direct_session
from chassis.ground import correlation
from chassis.ground.json import JsonObject
from chassis.ground.problems import Unavailable
from chassis.ground.settings import ServiceSettings

TIMEOUT_SECONDS = 10
RENEW_BEFORE_SECONDS = 30

QueryValue = str | int | float | None
"""Value of a query argument; None leaves it out."""


class RemoteRefusal(Exception):
    """Refusal by another service: its status and its stable code."""

    def __init__(self, status: int, code: str, retry_after: str | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after
        """Seconds until the next try makes sense, from the answer's header."""


class Credentials:
    """Access token of this service (OAuth 2 client credentials), renewed shortly before it expires."""

    def __init__(self, settings: ServiceSettings, name: str) -> None:
        self._url = f"{settings.identity_url}/oauth/token"
        self._form = {"grant_type": "client_credentials", "client_id": name}
        self._secret = settings.client_secret
        self._session = direct_session()
        self._token = ""
        self._renew_at = float("-inf")
        self._lock = threading.Lock()

    def token(self) -> str:
        with self._lock:  # one thread renews the token, the others wait for it
            if time.monotonic() >= self._renew_at:
                self._renew()
            return self._token

    def discard_token(self) -> None:
        """Discard the token after a 401, since identity's keys may have changed: the next call fetches a new one."""
        self._renew_at = float("-inf")

    def _renew(self) -> None:
        form = {**self._form, "client_secret": self._secret.reveal()}
        answer = _answered(lambda: self._session.post(self._url, data=form, timeout=TIMEOUT_SECONDS))
        body = _body(answer)
        try:
            self._token, seconds = str(body["access_token"]), float(body["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unavailable from error
        self._renew_at = time.monotonic() + seconds - RENEW_BEFORE_SECONDS


class InternalClient:
    """Client of another service's internal routes, for one thread: it keeps one connection.

    Raises Unavailable without an answer, RemoteRefusal for a refusal.
    """

    def __init__(self, base_url: str, credentials: Credentials) -> None:
        self._base_url = base_url
        self._credentials = credentials
        self._session = direct_session()

    def get(self, path: str, params: Mapping[str, QueryValue] | None = None) -> JsonObject:
        return self._call("GET", path, params=params)

    def post(self, path: str, json: JsonObject) -> JsonObject:
        return self._call("POST", path, json=json)

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, QueryValue] | None = None,
        json: JsonObject | None = None,
    ) -> JsonObject:
        headers = {
            "Authorization": f"Bearer {self._credentials.token()}",
            correlation.HEADER: correlation.current(),
        }
        answer = _answered(
            lambda: self._session.request(
                method, self._base_url + path, headers=headers, timeout=TIMEOUT_SECONDS, params=params, json=json
            )
        )
        if answer.status_code == 401:
            self._credentials.discard_token()
            raise Unavailable
        return _body(answer)


def _answered(call: Callable[[], requests.Response]) -> requests.Response:
    try:
        answer = call()
    except requests.RequestException as error:
        raise Unavailable from error
    if answer.status_code >= 500:
        raise Unavailable
    return answer


def _body(answer: requests.Response) -> JsonObject:
    """Return the JSON object of the answer. An answer without one comes from a proxy in between: Unavailable."""
    try:
        body = answer.json()
    except ValueError as error:
        raise Unavailable from error
    if not isinstance(body, dict):
        raise Unavailable
    if answer.status_code >= 400:
        raise _refusal(answer, body)
    return body


def _refusal(answer: requests.Response, body: JsonObject) -> RemoteRefusal | Unavailable:
    """Return the exception for a status of 400 or more. A 429 without a code is a proxy's rate limit: transient."""
    code = body.get("code") or body.get("error")
    if answer.status_code == 429 and not code:
        return Unavailable()
    return RemoteRefusal(answer.status_code, str(code or "unknown"), answer.headers.get("Retry-After"))
