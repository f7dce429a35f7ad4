"""The public document is true: with the real services behind the gateway, it answers nothing that it does not say."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from gateway.app import create_app, openapi
from tests import keys
from tests.fleet import running, services
from tests.gateway import builders

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
CALLERS = {"a person": keys.person_headers(41), "nobody": {}}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The gateway's own lines are enough."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def whole() -> Iterator[Flask]:
    """The gateway in front of every service that it calls, each on an empty database."""
    with ExitStack() as stack:
        addresses = {
            f"{service.name}_url": stack.enter_context(served(stack.enter_context(running(service)).app))
            for service in services()
        }
        yield create_app(builders.settings(**addresses))


@pytest.mark.parametrize("caller", CALLERS)
def test_no_input_brings_a_server_error_or_an_undocumented_answer(whole: Flask, caller: str) -> None:
    schema = schemathesis.openapi.from_dict(openapi())
    schema.app = whole
    for result in schema.get_all_operations():
        operation = result.ok()

        @EXAMPLES
        @given(case=operation.as_strategy())
        def answers(case: Case) -> None:
            case.call_and_validate(headers=CALLERS[caller], checks=CHECKS)

        answers()
