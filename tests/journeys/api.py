"""A client of the public API as a careful developer writes it: it outlives any process of the system being killed.

A call that got no answer is made again. If the repeat is then refused because the thing is already there, the first
call had worked: whoever calls names these refusals, and gets None instead of an answer.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
import stamina

PATIENCE_SECONDS = 60
TIMEOUT_SECONDS = 20


class NoAnswer(Exception):
    """The system, or the part of it that was asked, does not answer now."""


class Refused(AssertionError):
    """The system said no where the guide says yes."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('title')} {problem.get('errors', '')}")
        self.status = status
        self.code: str = problem.get("code", "")


@dataclass
class Api:
    url: str
    token: str | None = None
    client: str | None = None
    """The address that a proxy before the gateway tells; None: there is no proxy."""
    _session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, (), params=query)

    def post(self, path: str, body: dict[str, Any], already: Collection[str] = ()) -> Any:
        """The answer's JSON; None without a body, or when one of the codes in `already` shows that it was done."""
        return self._call("POST", path, already, json=body)

    def refusal(self, path: str, body: dict[str, Any]) -> Refused:
        """The no to a call that must be refused."""
        try:
            self.post(path, body)
        except Refused as refused:
            return refused
        raise AssertionError(f"{path} was not refused")

    def _call(self, method: str, path: str, already: Collection[str], **content: Any) -> Any:
        for attempt in stamina.retry_context(
            on=NoAnswer, attempts=None, timeout=PATIENCE_SECONDS, wait_initial=0.1, wait_max=1.0
        ):
            with attempt:
                answer = self._send(method, path, content)
                repeated = attempt.num > 1
        if answer.status_code >= 400:
            refused = Refused(answer.status_code, answer.json())
            if repeated and refused.code in already:
                return None
            raise refused
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, content: dict[str, Any]) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.client:
            headers["X-Forwarded-For"] = self.client
        if "version" in content:
            headers["If-Match"] = content["version"]
            content = {name: value for name, value in content.items() if name != "version"}
        try:
            answer = self._session.request(method, self.url + path, headers=headers, timeout=TIMEOUT_SECONDS, **content)
        except requests.RequestException as error:
            raise NoAnswer from error
        if answer.status_code in (502, 503, 504):
            raise NoAnswer
        return answer


@dataclass
class Mailbox:
    """The mail sink's JSON."""

    url: str
    patience_seconds: float = PATIENCE_SECONDS
    """How long it is asked again while it does not answer."""

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Oldest first, at most a hundred."""
        return self._page(to=to)

    def all(self) -> Iterator[dict[str, Any]]:
        """Every mail, oldest first."""
        last = 0
        while page := self._page(after=last):
            yield from page
            last = page[-1]["id"]

    def _page(self, **query: Any) -> list[dict[str, Any]]:
        for attempt in stamina.retry_context(
            on=requests.RequestException, attempts=None, timeout=self.patience_seconds, wait_max=1.0
        ):
            with attempt:
                answer = requests.get(f"{self.url}/api/mails", params=query, timeout=TIMEOUT_SECONDS)
                answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items
