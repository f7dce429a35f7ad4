"""Adapter of the directory over HTTP: INSEE's API Sirene 3.11."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypedDict

import requests
import stamina
import structlog
import urllib3

from chassis.ground.settings import Secret
from services.structures.directory.port import Establishment
from services.structures.directory.sirene_fields import (
    ADDRESS_FIELDS,
    DIFFUSION_FIELD,
    PERIOD_FIELDS,
    UNIT_FIELDS,
    Fields,
    establishment_from,
)
from services.structures.errors.directory import DirectoryUnavailable

KEY_HEADER = "X-INSEE-Api-Key-Integration"
CONNECT_SECONDS, SILENCE_SECONDS, ANSWER_SECONDS = 2.0, 3.0, 4.0
"""Limits on a connection, a silence of the server, and a whole answer: a person is waiting."""
MOST_ANSWER_BYTES = 256 * 1024
TRIES = 2
REST_SECONDS = 60.0
"""Pause after "too many calls" (30 a minute and key)."""

UNUSABLE_STATUSES = (301, 403, 404)
"""Statuses for replaced by another, not diffusible, and unknown: no establishment that can be used."""

log = structlog.get_logger()


class _Transient(Exception):
    """Fault that may be gone at a second call, at once."""


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
            return self._call_with_retries(siret)
        except _Transient as error:
            log.warning("directory does not answer", reason=str(error))
            raise DirectoryUnavailable from error

    def _call_with_retries(self, siret: str) -> Establishment | None:
        @stamina.retry(on=_Transient, attempts=TRIES, wait_initial=0.1, wait_max=0.3, wait_jitter=0.1)
        def call() -> Establishment | None:
            return self._call(siret)

        return call()

    def _call(self, siret: str) -> Establishment | None:
        status, body = self._get(f"{self._url}/siret/{siret}")
        if status == 200:
            return _read(siret, body)
        if status in UNUSABLE_STATUSES and _is_the_registers_word(status, body):
            return None
        if status == 429:
            self._resting_until = self._clock() + REST_SECONDS
            log.warning("directory called too often", rest_seconds=REST_SECONDS)
            raise DirectoryUnavailable
        if status >= 500:
            raise _Transient(f"status {status}")
        # Also a firewall, a gateway or a wrong address that says 403 or 404: none of them knows a SIRET.
        log.error("directory refuses our call; look at its address and key", status=status)
        raise DirectoryUnavailable

    def _get(self, url: str) -> tuple[int, bytes]:
        # Redirections are not followed: the key is for this host alone.
        headers = {KEY_HEADER: self._key.reveal(), "Accept": "application/json"}
        timeout = (CONNECT_SECONDS, self._silence_seconds)
        try:
            with requests.get(url, headers=headers, timeout=timeout, allow_redirects=False, stream=True) as response:
                # Of a redirection, requests has read the body already, to be able to follow it.
                body = response.content if response.is_redirect else self._body(response.raw)
                return response.status_code, body
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Transient(type(error).__name__) from error

    def _body(self, answer: urllib3.HTTPResponse) -> bytes:
        """Return the whole body. Raises _Transient if it takes too long or is too large to be an answer."""
        # The timeout of requests bounds each silence, not the sum of them: a server that drips would hold a thread.
        until, body = self._clock() + self._answer_seconds, b""
        while chunk := answer.read1(8192, decode_content=True):
            body += chunk
            if self._clock() > until or len(body) > MOST_ANSWER_BYTES:
                raise _Transient("endless answer")
        return body


def _is_the_registers_word(status: int, body: bytes) -> bool:
    """Return whether the register itself says this status: its answers repeat it inside."""
    try:
        header = json.loads(body)["header"]
        return isinstance(header, dict) and header["statut"] == status and not isinstance(header["statut"], bool)
    except (ValueError, LookupError, TypeError, RecursionError):
        return False


def _read(siret: str, body: bytes) -> Establishment | None:
    """Return the establishment of an answer; None if it must not be shown.

    Raises _Transient for anything but an answer about this SIRET: a proxy's page, half a document, another record.
    """
    try:
        record = json.loads(body)["etablissement"]
        if record["siret"] != siret:
            raise ValueError
        fields = _fields(record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _Transient("garbage") from error
    return establishment_from(siret, fields)


class _Record(TypedDict):
    statutDiffusionEtablissement: object
    uniteLegale: Mapping[str, object]
    adresseEtablissement: Mapping[str, object]
    periodesEtablissement: Sequence[Mapping[str, object]]
    """Periods, the newest one first."""


def _fields(record: _Record) -> Fields:
    """Return the nested answer as flat as a row of the stock."""
    return {
        DIFFUSION_FIELD: _text(record["statutDiffusionEtablissement"]),
        **_texts(record["uniteLegale"], UNIT_FIELDS),
        **_texts(record["adresseEtablissement"], ADDRESS_FIELDS),
        **_texts(record["periodesEtablissement"][0], PERIOD_FIELDS),
    }


def _texts(part: Mapping[str, object], names: Iterable[str]) -> Fields:
    return {name: _text(part.get(name)) for name in names}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError
