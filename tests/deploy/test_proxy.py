"""The reverse proxy with the file that is deployed, before a gateway that says what it was told."""

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import requests
import stamina

from tests.containers import engine
from tests.deploy.conftest import DEPLOY
from tests.kit.certificates import write_certificate

pytestmark = pytest.mark.containers

IMAGE = "haproxy:3.0"
PORTAL = "https://guichet.example"
LABELS = [part for label in engine.labels().items() for part in ("--label", "=".join(label))]
GATEWAY = """
import http.server, json
class Gateway(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"path": self.path, "forwarded": self.headers.get_all("X-Forwarded-For")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("", 8000), Gateway).serve_forever()
"""


@dataclass(frozen=True)
class Proxy:
    port: int
    tls_port: int

    def get(self, path: str = "/", **headers: str) -> requests.Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        return requests.get(url, headers=headers, allow_redirects=False, timeout=10)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def container(*words: str) -> Iterator[str]:
    name = docker("run", "--detach", *LABELS, *words)
    try:
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


@contextmanager
def running(certificate: Path, environment: Mapping[str, str], *, gateway: bool = True) -> Iterator[Proxy]:
    """A network with the proxy, and a gateway in it."""
    network = docker("network", "create", *LABELS, f"guichet-proxy-{uuid4()}")
    told = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
    files = (f"{DEPLOY}/proxy:/usr/local/etc/haproxy:ro", f"{certificate}:/run/secrets/tls-certificate:ro")
    mounted = [part for file in files for part in ("--volume", file)]
    command = ("haproxy", "-db", "-f", "/usr/local/etc/haproxy/guichet.cfg")
    try:
        with ExitStack() as stack:
            if gateway:
                alias = ("--network", network, "--network-alias", "gateway")
                stack.enter_context(container(*alias, "python:3.13-slim", "python", "-c", GATEWAY))
            published = ("--network", network, "--publish", "127.0.0.1::8080", "--publish", "127.0.0.1::8443")
            proxy = stack.enter_context(container(*published, *told, *mounted, "--read-only", IMAGE, *command))
            ports = [int(docker("port", proxy, inside).rpartition(":")[2]) for inside in ("8080", "8443")]
            found = Proxy(*ports)
            _wait_for(found, 503 if not gateway else None)
            yield found
    finally:
        docker("network", "rm", network)


def _wait_for(proxy: Proxy, status: int | None) -> None:
    for attempt in stamina.retry_context(on=(requests.ConnectionError, AssertionError), timeout=60, wait_max=0.2):
        with attempt:
            answered = proxy.get().status_code
            assert answered == status or (status is None and answered != 503)


@pytest.fixture(scope="module")
def no_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proxy") / "tls-certificate"
    path.touch()
    return path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As an operator writes the file."""
    return write_certificate(tmp_path_factory.mktemp("proxy") / "tls-certificate", "guichet.example")


@pytest.fixture(scope="module")
def plain(no_certificate: Path) -> Iterator[Proxy]:
    told = {"GUICHET_PROXIES": "1", "GUICHET_PORTAL_URL": PORTAL, "GUICHET_HEAD_SECONDS": "1"}
    with running(no_certificate, told) as proxy:
        yield proxy


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na",
    ],
    ids=["line", "header", "body"],
)
def test_who_does_not_finish_asking_is_sent_away_and_never_reaches_the_gateway(sent: bytes, plain: Proxy) -> None:
    with plain.connect() as slow:
        slow.sendall(sent)
        answer = slow.recv(64)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_one_address_holds_a_bounded_number_of_connections(plain: Proxy) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(plain.connect()) for _ in range(300)]
        waited_for = [connection for connection in held if _is_answered(connection)]

    assert 0 < len(waited_for) <= 256


def _is_answered(connection: socket.socket) -> bool:
    """Whether a silent connection is told at last that it was too slow; one too many is ended without a word."""
    try:
        return connection.recv(64).startswith(b"HTTP/1.1 408 ")
    except ConnectionError:
        return False


def test_the_gateway_is_told_the_address_and_not_only_what_the_client_claims(plain: Proxy) -> None:
    told = plain.get("/here?a=1", **{"X-Forwarded-For": "192.0.2.1"}).json()

    assert told["path"] == "/here?a=1"
    claimed, seen = ", ".join(told["forwarded"]).split(", ")
    assert claimed == "192.0.2.1"
    assert seen not in ("", claimed)


def test_without_a_gateway_people_are_told_what_to_do(no_certificate: Path) -> None:
    told = {"GUICHET_PROXIES": "1", "GUICHET_PORTAL_URL": PORTAL}
    with running(no_certificate, told, gateway=False) as proxy:
        answer = proxy.get()

    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Attendez une minute, puis réessayez." in answer.content.decode()


def test_with_a_certificate_people_are_led_to_tls_at_the_portals_own_address(certificate: Path) -> None:
    told = {"GUICHET_PROXIES": "1", "GUICHET_PORTAL_URL": PORTAL, "GUICHET_TLS": "on"}
    with running(certificate, told) as proxy:
        led = proxy.get("/compte?x=1", Host="evil.example")
        answer = _over_tls(proxy, certificate)

    assert (led.status_code, led.headers["Location"]) == (308, f"{PORTAL}/compte?x=1")
    assert json.loads(answer)["path"] == "/inside"


def _over_tls(proxy: Proxy, certificate: Path) -> str:
    context = ssl.create_default_context(cafile=str(certificate))
    with (
        socket.create_connection(("127.0.0.1", proxy.tls_port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname="guichet.example") as connection,
    ):
        connection.sendall(b"GET /inside HTTP/1.0\r\nHost: guichet.example\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode().partition("\r\n\r\n")[2]
