"""The public document is true: with the real services behind the gateway, it answers nothing that it does not say."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.app import create_app, openapi
from tests.gateway import builders
from tests.kit import keys
from tests.kit.fleet import running, services
from tests.kit.serving import serving

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MOST_EXAMPLES = 8
EXAMPLES = settings(
    max_examples=min(MOST_EXAMPLES, settings().max_examples),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""Per operation. The same ones at every run; fewer with the profile `quick`."""
CALLERS: dict[str, Callable[[int], dict[str, str]]] = {"a person": keys.person_headers, "nobody": lambda number: {}}
"""Headers of the caller of each operation. Each has an account of its own: no worker runs here, and who has written to
one service would wait for it at the next."""


@pytest.fixture(scope="module")
def whole() -> Iterator[Flask]:
    """The gateway in front of every service that it calls, each on an empty database."""
    with ExitStack() as stack:
        apps = {service.name: stack.enter_context(running(service)).app for service in services()}
        addresses = {f"{name}_url": stack.enter_context(serving(app, keeps_open=True)) for name, app in apps.items()}
        yield create_app(builders.settings(**addresses))


@pytest.mark.parametrize("caller", CALLERS)
def test_no_input_brings_a_server_error_or_an_undocumented_answer(whole: Flask, caller: str) -> None:
    schema = schemathesis.openapi.from_dict(openapi())
    schema.app = whole
    for number, result in enumerate(schema.get_all_operations(), 41):
        _check(result.ok(), CALLERS[caller](number))


def _check(operation: APIOperation[Any, Any, Any, Any], headers: dict[str, str]) -> None:
    @EXAMPLES
    @given(case=operation.as_strategy())
    def answers(case: Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    answers()
