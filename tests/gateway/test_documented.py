"""Stubs answer as the documents of the services say."""

import pytest

from gateway.clients.documents import VERBS, document
from tests.gateway.documented import UntrueStub, check_answer, check_refusal, example_answer

CAPTCHA = {"captcha_id": "0190a0b0-0000-7000-8000-000000000001", "expires_at": "2026-11-24T08:00:00+00:00"}
SERVICES = ("identity", "structures", "espaces", "notifier")
OPERATIONS = [
    (service, verb.upper(), path)
    for service in SERVICES
    for path, verbs in document(service)["paths"].items()
    for verb in VERBS
    if verb in verbs
]


def test_a_true_answer_passes() -> None:
    check_answer("identity", "POST", "/captchas", 201, CAPTCHA)
    check_answer("identity", "DELETE", "/sessions/7", 204, None)
    check_refusal("identity", "POST", "/sessions", 401, "wrong_credentials")


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/captcha", 201, CAPTCHA),
        ("/captchas", 200, CAPTCHA),
        ("/captchas", 201, None),
        ("/captchas", 201, {}),
        ("/captchas", 201, CAPTCHA | {"captcha_id": None}),
        ("/captchas", 201, CAPTCHA | {"captcha_id": "7"}),
        ("/captchas", 201, CAPTCHA | {"expires_at": "tomorrow"}),
        ("/captchas", 201, CAPTCHA | {"answer": "xwwx8"}),
        ("/activations", 204, {}),
    ],
)
def test_an_answer_that_the_document_does_not_have_is_untrue(path: str, status: int, body: object) -> None:
    with pytest.raises(UntrueStub):
        check_answer("identity", "POST", path, status, body)


@pytest.mark.parametrize(("status", "code"), [(403, "wrong_credentials"), (401, "of_tomorrow")])
def test_a_refusal_that_the_document_does_not_have_is_untrue(status: int, code: str) -> None:
    with pytest.raises(UntrueStub):
        check_refusal("identity", "POST", "/sessions", status, code)


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
def test_the_example_of_every_operation_is_true(service: str, method: str, path: str) -> None:
    status, body = example_answer(service, method, path)

    if not path.startswith("/captchas/"):  # files
        check_answer(service, method, path, status, body)
