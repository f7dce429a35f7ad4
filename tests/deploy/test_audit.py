"""deploy/audit.sh beside an advisory source of the test's own."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from tests.deploy.conftest import DEPLOY
from tests.system import free_port

HOLE = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "summary": "a hole of this test",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "flask"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


class Source(BaseHTTPRequestHandler):
    """Speaks as much of OSV's protocol as is asked of it."""

    vulnerable: ClassVar[str]

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        found = [{"vulns": [HOLE]} if query["package"]["name"] == self.vulnerable else {} for query in queries]
        self._answer({"results": found})

    def do_GET(self) -> None:
        self._answer(HOLE)

    def _answer(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def source(vulnerable: str) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), type("SourceOfThisTest", (Source,), {"vulnerable": vulnerable}))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(address: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    told = {**os.environ, **environment, "UV_HTTP_RETRIES": "0"}
    command = ["sh", str(DEPLOY / "audit.sh"), address]
    return subprocess.run(command, env=told, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("vulnerable", "status"), [("flask", 1), ("a-library-that-we-do-not-have", 0)])
def test_a_known_vulnerability_of_a_library_in_use_fails_and_any_other_does_not(vulnerable: str, status: int) -> None:
    with source(vulnerable) as address:
        done = audit(address)

    assert done.returncode == status, done.stderr
    assert ("GHSA-aaaa-bbbb-cccc" in done.stdout) == (status == 1)


@pytest.mark.parametrize(("environment", "status"), [({}, 0), ({"AUDIT_STRICT": "1"}, 3)])
def test_where_no_source_answers_it_says_that_nothing_was_checked(environment: dict[str, str], status: int) -> None:
    done = audit(f"http://127.0.0.1:{free_port()}/", **environment)

    assert done.returncode == status
    assert "NOT CHECKED: no advisory source answers" in done.stderr
