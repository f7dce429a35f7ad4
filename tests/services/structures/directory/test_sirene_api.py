"""API Sirene, well and badly behaved, over real HTTP."""

import socket
import time

import pytest
from structlog.testing import capture_logs

from chassis.ground.settings import Secret
from services.structures.directory.port import Establishment
from services.structures.directory.sirene_api import REST_SECONDS, SireneApi
from services.structures.errors.directory import DirectoryUnavailable
from tests.services.structures.builders import EARL_SIRET
from tests.services.structures.directory.stub import (
    Behaviour,
    Stub,
    a_record,
    answering,
    body,
    chunked,
    cut,
    drip,
    flood,
    record,
    silence,
    status,
    stub,
)

KEY = "a-key-that-insee-gave"
EARL = Establishment(
    siret=EARL_SIRET,
    name="EARL DES TROIS CHENES",
    street="3 CHEMIN DES CHENES",
    complement_1=None,
    postcode="15100",
    town="SAINT-FLOUR",
    country="FR",
    is_public=False,
    is_active=True,
)


def directory(server: Stub) -> SireneApi:
    return SireneApi(server.url, Secret(KEY), silence_seconds=0.1, answer_seconds=0.3)


def test_an_establishment_is_found_with_the_key_in_its_header() -> None:  # S-04
    with stub(record()) as server:
        establishment = directory(server).find(EARL_SIRET)

    assert establishment == EARL
    ((path, headers),) = server.asked
    assert path == f"/api-sirene/3.11/siret/{EARL_SIRET}"
    assert (headers["X-INSEE-Api-Key-Integration"], headers["Accept"]) == (KEY, "application/json")


def test_an_answer_may_come_in_pieces() -> None:
    with stub(chunked) as server:
        assert directory(server).find(EARL_SIRET) == EARL


@pytest.mark.parametrize("code", [301, 403, 404])
def test_replaced_not_diffusible_and_unknown_are_all_unknown(code: int) -> None:  # S-05
    with stub(status(code)) as server:
        assert directory(server).find(EARL_SIRET) is None

    assert len(server.asked) == 1


@pytest.mark.parametrize("code", [301, 403, 404])
@pytest.mark.parametrize(
    "content",
    [
        b'{"code":"900908","message":"Resource forbidden ","description":"User is NOT authorized"}',
        b'{"message":"No context-path matches the request URI.","http_status_code":404}',
        b"<html><head><title>403 Forbidden</title></head></html>",
        b"<html>Moved</html>",
        b"",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"header": null}',
        b'{"header": "404"}',
        b'{"header": {"statut": "404"}}',
        b'{"header": {"statut": 200, "message": "ok"}}',
        b'{"header": {"message": "no status"}}',
        b'{"fault": {"code": 900908}}',
        b"\xff\xfe",
    ],
    ids=lambda content: str(content[:40]),
)
def test_what_the_register_did_not_say_itself_is_no_answer(code: int, content: bytes) -> None:  # S-05
    with stub(answering(code, content)) as server, capture_logs() as logs, pytest.raises(DirectoryUnavailable):
        directory(server).find(EARL_SIRET)

    assert [(line["log_level"], line["status"]) for line in logs] == [("error", code)]
    assert EARL_SIRET not in str(logs)


@pytest.mark.parametrize("code", [400, 401, 405, 406, 410, 414, 302, 307, 308])
def test_any_other_refusal_is_no_answer_whoever_says_it(code: int) -> None:  # S-05
    with stub(status(code)) as server, pytest.raises(DirectoryUnavailable):
        directory(server).find(EARL_SIRET)


@pytest.mark.parametrize("content", [b"<html>maintenance</html>", b"", b"{}", b'{"header": {"statut": 200}}'])
def test_a_page_with_a_good_status_is_no_answer(content: bytes) -> None:  # S-05
    with stub(answering(200, content)) as server, pytest.raises(DirectoryUnavailable):
        directory(server).find(EARL_SIRET)


def test_a_redirection_is_not_followed_with_our_key() -> None:
    with stub(record()) as elsewhere, stub(status(301, Location=f"{elsewhere.url}/siret/1")) as server:
        assert directory(server).find(EARL_SIRET) is None

    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "misbehaviour",
    [
        silence,
        cut,
        drip,
        flood,
        status(500),
        status(503),
        body(b""),
        body(b"<html>proxy error</html>"),
        body(b"\xff\xfe"),
        body(b"[]"),
        body(b'{"etablissement": null}'),
        body(b'{"etablissement": {"siret": "11122233300044"}}'),
        record(denominationUniteLegale=["not", "a", "text"]),
        record(siret="13001977100018"),
    ],
)
def test_no_sure_answer_is_not_an_unknown_siret_and_comes_in_time(misbehaviour: Behaviour) -> None:  # S-05
    begun = time.monotonic()

    with stub(misbehaviour) as server, pytest.raises(DirectoryUnavailable):
        directory(server).find(EARL_SIRET)

    assert len(server.asked) == 2
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("misbehaviour", [silence, cut, drip, status(500), body(b"garbage")])
def test_one_fault_is_forgiven(misbehaviour: Behaviour) -> None:
    with stub(misbehaviour, record()) as server:
        assert directory(server).find(EARL_SIRET) == EARL


@pytest.mark.parametrize("code", [400, 401])
def test_a_call_that_is_refused_for_our_own_fault_is_not_repeated(code: int) -> None:
    with stub(status(code)) as server, pytest.raises(DirectoryUnavailable):
        directory(server).find(EARL_SIRET)

    assert len(server.asked) == 1


def test_after_too_many_calls_nothing_is_asked_for_a_minute() -> None:
    time_now = [1000.0]
    with stub(status(429), record()) as server:
        api = SireneApi(server.url, Secret(KEY), clock=lambda: time_now[0])
        for _ in range(3):
            with pytest.raises(DirectoryUnavailable):
                api.find(EARL_SIRET)
        asked_meanwhile = len(server.asked)

        time_now[0] += REST_SECONDS + 1

        assert api.find(EARL_SIRET) == EARL
    assert asked_meanwhile == 1


def test_a_server_that_is_not_there_is_unavailable() -> None:  # S-05
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"

        with pytest.raises(DirectoryUnavailable):
            SireneApi(address, Secret(KEY)).find(EARL_SIRET)


@pytest.mark.parametrize("closed", [{"etatAdministratifEtablissement": "F"}, {"etatAdministratifUniteLegale": "C"}])
def test_establishment_and_legal_unit_must_both_be_active(closed: dict[str, str]) -> None:  # S-05
    with stub(record(**closed)) as server:
        establishment = directory(server).find(EARL_SIRET)

    assert establishment is not None
    assert establishment.is_active is False


def test_the_newest_period_is_the_state() -> None:  # S-05
    periods = a_record()["etablissement"]["periodesEtablissement"]

    assert [period["etatAdministratifEtablissement"] for period in periods] == ["A", "F"]
    assert EARL.is_active
