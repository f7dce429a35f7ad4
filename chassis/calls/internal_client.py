"""Calls from one service to another, with the caller's own credentials and never a person's."""

import json as json_text
import threading
import time
from collections.abc import Callable, Mapping

import requests
from urllib3.exceptions import HTTPError

from chassis.calls.http import direct_session
from chassis.ground import correlation
from chassis.ground.json import JsonObject
from chassis.ground.problems import Unavailable
from chassis.ground.settings import ServiceSettings

TIMEOUT_SECONDS = 10
"""Limit for the connection, and for each silence within an answer."""
ANSWER_SECONDS = 30
"""Limit for a whole answer: one that trickles keeps no thread longer."""
MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""More than a page of the feed with the longest texts."""
CHUNK_BYTES = 64 * 1024
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
        answer, content = _answered(
            lambda: self._session.post(self._url, data=form, timeout=TIMEOUT_SECONDS, stream=True)
        )
        body = _body(answer, content)
        try:
            self._token, seconds = str(body["access_token"]), float(body["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unavailable from error
        self._renew_at = time.monotonic() + seconds - RENEW_BEFORE_SECONDS


class InternalClient:
    """Client of another service's internal routes, for one thread: it keeps one connection.

    Raises Unavailable without an answer, RemoteRefusal for a refusal.
    """

    def __init__(self, base_url: str, credentials: Credentials, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._base_url = base_url
        self._answer_seconds = answer_seconds
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
        answer, content = _answered(
            lambda: self._session.request(
                method,
                self._base_url + path,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                params=params,
                json=json,
                stream=True,
            ),
            self._answer_seconds,
        )
        if answer.status_code == 401:
            self._credentials.discard_token()
            raise Unavailable
        return _body(answer, content)


def _answered(
    call: Callable[[], requests.Response], seconds: float = ANSWER_SECONDS
) -> tuple[requests.Response, bytes]:
    """Return an answer and its whole content. Raises Unavailable for none, one that fails, and one without an end."""
    try:
        with call() as answer:
            content = _content(answer, seconds)
    except (requests.RequestException, HTTPError) as error:
        raise Unavailable from error
    if answer.status_code >= 500:
        raise Unavailable
    return answer, content


def _content(answer: requests.Response, seconds: float) -> bytes:
    until, content = time.monotonic() + seconds, bytearray()
    # Whatever has come: `iter_content` would wait for a whole chunk, however slowly it trickles.
    while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=True):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES or time.monotonic() > until:
            raise Unavailable
    return bytes(content)


def _body(answer: requests.Response, content: bytes) -> JsonObject:
    """Return the JSON object of the answer. An answer without one comes from a proxy in between: Unavailable."""
    try:
        body = json_text.loads(content)
    except (ValueError, RecursionError) as error:
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
