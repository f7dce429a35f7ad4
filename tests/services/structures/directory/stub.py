"""A server on this machine that answers like INSEE's API Sirene, and misbehaves on demand."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.kit.serving import accepting

PATIENCE_SECONDS = 5
"""Bound on the time for which a server that never answers holds a connection."""

Behaviour = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """Request, answered by the next behaviour of its server; the last one repeats."""

    server: "Stub"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        behaviours = self.server.behaviours
        (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the requests out of the test's output."""

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Stub(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *behaviours: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.behaviours = list(behaviours)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api-sirene/3.11"


@contextmanager
def stub(*behaviours: Behaviour) -> Iterator[Stub]:
    server = Stub(*behaviours)
    with accepting(server):
        try:
            yield server
        finally:
            server.closing.set()


def status(code: int, **headers: str) -> Behaviour:
    body = json.dumps({"header": {"statut": code, "message": "…"}}).encode()
    return lambda exchange: exchange.answer(code, body, **headers)


def answering(code: int, content: bytes) -> Behaviour:
    return lambda exchange: exchange.answer(code, content)


def body(content: bytes) -> Behaviour:
    return lambda exchange: exchange.answer(200, content)


def record(**changes: Any) -> Behaviour:
    return body(json.dumps(a_record(**changes)).encode())


def silence(exchange: Exchange) -> None:
    exchange.server.closing.wait(PATIENCE_SECONDS)


def cut(exchange: Exchange) -> None:
    """Ends the connection in the middle of the body."""
    exchange.send_response(200)
    exchange.send_header("Content-Length", "1000")
    exchange.end_headers()
    exchange.wfile.write(b'{"header"')


def drip(exchange: Exchange) -> None:
    """Send a byte now and then, never silent long enough for a read to time out."""
    exchange.send_response(200)
    exchange.end_headers()
    try:
        while not exchange.server.closing.wait(0.02):
            exchange.wfile.write(b" ")
    except OSError:
        exchange.close_connection = True


def chunked(exchange: Exchange) -> None:
    """Send the record in pieces, without a length."""
    exchange.protocol_version = "HTTP/1.1"
    exchange.close_connection = True
    exchange.send_response(200)
    exchange.send_header("Transfer-Encoding", "chunked")
    exchange.end_headers()
    content = json.dumps(a_record()).encode()
    for piece in (content[:100], content[100:], b""):
        exchange.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


def flood(exchange: Exchange) -> None:
    """Send more than an answer can be."""
    exchange.send_response(200)
    exchange.end_headers()
    try:
        for _ in range(1000):
            exchange.wfile.write(b" " * 8192)
    except OSError:
        exchange.close_connection = True


def a_record(siret: str = "11122233300044", **changes: Any) -> dict[str, Any]:
    """Return the reference's example; `changes` replace fields wherever they stand."""
    parts: dict[str, dict[str, Any]] = {
        "uniteLegale": {
            "etatAdministratifUniteLegale": "A",
            "statutDiffusionUniteLegale": "O",
            "categorieJuridiqueUniteLegale": "6598",
            "denominationUniteLegale": "EARL DES TROIS CHENES",
            "sigleUniteLegale": None,
            "nomUniteLegale": None,
            "nomUsageUniteLegale": None,
            "prenom1UniteLegale": None,
            "prenomUsuelUniteLegale": None,
        },
        "adresseEtablissement": {
            "complementAdresseEtablissement": None,
            "numeroVoieEtablissement": "3",
            "indiceRepetitionEtablissement": None,
            "typeVoieEtablissement": "CHE",
            "libelleVoieEtablissement": "DES CHENES",
            "codePostalEtablissement": "15100",
            "libelleCommuneEtablissement": "SAINT-FLOUR",
            "libelleCommuneEtrangerEtablissement": None,
            "distributionSpecialeEtablissement": None,
            "codePaysEtrangerEtablissement": None,
        },
        "periodesEtablissement": {"etatAdministratifEtablissement": "A", "enseigne1Etablissement": None},
    }
    own = {"siren": siret[:9], "nic": siret[9:], "siret": siret, "statutDiffusionEtablissement": "O"}
    for name, value in changes.items():
        next((part for part in parts.values() if name in part), own)[name] = value
    periods = [parts["periodesEtablissement"], {"dateFin": "2015-01-01", "etatAdministratifEtablissement": "F"}]
    return {
        "header": {"statut": 200, "message": "ok"},
        "etablissement": {**own, **parts, "periodesEtablissement": periods},
    }
