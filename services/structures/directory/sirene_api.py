"""The directory over HTTP: INSEE's API Sirene 3.11."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import requests
import stamina
import structlog
import urllib3

from chassis.ground.settings import Secret
from services.structures.directory import Establishment
from services.structures.directory.sirene_fields import (
    ADDRESS_FIELDS,
    DIFFUSION_FIELD,
    PERIOD_FIELDS,
    UNIT_FIELDS,
    Fields,
    establishment_from,
)
from services.structures.errors import DirectoryUnavailable

KEY_HEADER = "X-INSEE-Api-Key-Integration"
CONNECT_SECONDS, SILENCE_SECONDS, ANSWER_SECONDS = 2.0, 3.0, 4.0
"""The longest that a connection, a silence of the server, and a whole answer may take: a person is waiting."""
MOST_ANSWER_BYTES = 256 * 1024
TRIES = 2
REST_SECONDS = 60.0
"""After "too many calls" (30 a minute and key), nothing is asked for so long."""

NOT_SHOWN_STATUSES = (301, 403, 404)
"""Replaced by another, not diffusible, unknown: each time, no establishment that can be used."""

log = structlog.get_logger()


class _Transient(Exception):
    """Worth asking again at once."""


class SireneApi:
    def __init__(
        self,
        url: str,
        key: Secret,
        *,
        silence_seconds: float = SILENCE_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._silence_seconds = silence_seconds
        self._answer_seconds = answer_seconds
        self._clock = clock
        self._resting_until = 0.0

    def find(self, siret: str) -> Establishment | None:
        if self._clock() < self._resting_until:
            raise DirectoryUnavailable
        try:
            return self._ask_patiently(siret)
        except _Transient as error:
            log.warning("directory does not answer", reason=str(error))
            raise DirectoryUnavailable from error

    def _ask_patiently(self, siret: str) -> Establishment | None:
        @stamina.retry(on=_Transient, attempts=TRIES, wait_initial=0.1, wait_max=0.3, wait_jitter=0.1)
        def ask() -> Establishment | None:
            return self._ask(siret)

        return ask()

    def _ask(self, siret: str) -> Establishment | None:
        status, body = self._get(f"{self._url}/siret/{siret}")
        if status == 200:
            return _read(siret, body)
        if status in NOT_SHOWN_STATUSES:
            return None
        if status == 429:
            self._resting_until = self._clock() + REST_SECONDS
            log.warning("directory called too often", rest_seconds=REST_SECONDS)
            raise DirectoryUnavailable
        if status >= 500:
            raise _Transient(f"status {status}")
        log.error("directory refuses our call; look at its address and key", status=status)
        raise DirectoryUnavailable

    def _get(self, url: str) -> tuple[int, bytes]:
        """Redirections are not followed: the key is for this host alone."""
        headers = {KEY_HEADER: self._key.reveal(), "Accept": "application/json"}
        timeout = (CONNECT_SECONDS, self._silence_seconds)
        try:
            with requests.get(url, headers=headers, timeout=timeout, allow_redirects=False, stream=True) as response:
                return response.status_code, self._body(response.raw)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Transient(type(error).__name__) from error

    def _body(self, answer: urllib3.HTTPResponse) -> bytes:
        """The whole answer, read as it comes, unless it takes too long or is too large to be one."""
        until, body = self._clock() + self._answer_seconds, b""
        while chunk := answer.read1(8192, decode_content=True):
            body += chunk
            if self._clock() > until or len(body) > MOST_ANSWER_BYTES:
                raise _Transient("endless answer")
        return body


def _read(siret: str, body: bytes) -> Establishment | None:
    """Raises _Transient for what is not an answer about this SIRET: a proxy's page, half a document, another record."""
    try:
        found = json.loads(body)["etablissement"]
        if found["siret"] != siret:
            raise ValueError
        fields = _fields(found)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _Transient("garbage") from error
    return establishment_from(siret, fields)


def _fields(found: Mapping[str, Any]) -> Fields:
    """The nested answer as flat as a row of the stock; the newest period comes first."""
    return {
        DIFFUSION_FIELD: _text(found[DIFFUSION_FIELD]),
        **_texts(found["uniteLegale"], UNIT_FIELDS),
        **_texts(found["adresseEtablissement"], ADDRESS_FIELDS),
        **_texts(found["periodesEtablissement"][0], PERIOD_FIELDS),
    }


def _texts(part: Mapping[str, Any], names: Iterable[str]) -> Fields:
    return {name: _text(part.get(name)) for name in names}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError
