import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.clients.services import services
from tests.gateway.builders import settings
from tests.gateway.stubs import Stub


@pytest.mark.parametrize(
    "address", ["/live", "/api/docs", "/api/v1/openapi.json", "/api/nothing", "/api/static/docs.css"]
)
def test_every_answer_tells_the_browser_what_to_refuse(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there() -> None:
    app = create_app(settings(secure_cookies=True))

    answer = app.test_client().get("/live")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert app.config["SESSION_COOKIE_SECURE"] is True


def test_the_process_is_live_without_any_service() -> None:
    client = create_app(settings()).test_client()

    assert client.get("/live").json == {"status": "live"}


def test_ready_says_which_services_answer(client: FlaskClient, identity: Stub, espaces: Stub) -> None:
    identity.answer("GET", "/live", {"status": "live"})
    espaces.refuse("GET", "/live", 503, "unavailable")

    answer = client.get("/ready")

    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "services": {"identity": True, "structures": False, "espaces": False, "notifier": False}},
    )


def test_the_correlation_id_of_the_caller_is_kept(client: FlaskClient) -> None:
    assert (
        client.get("/live", headers={"X-Correlation-ID": "of-this-test"}).headers["X-Correlation-ID"] == "of-this-test"
    )


def test_a_malformed_correlation_id_is_replaced(client: FlaskClient) -> None:
    correlation_id = client.get("/live", headers={"X-Correlation-ID": "<script>"}).headers["X-Correlation-ID"]

    assert len(correlation_id) == 36


def test_no_log_line_holds_a_query_or_a_token(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.get("/api/v1/public-structures?name=confidential")
    client.post("/api/v1/activations/check", json={"token": "confidential"})
    client.get("/confidential/nowhere")

    written = capsys.readouterr()
    assert "request" in written.out + written.err
    assert "confidential" not in written.out + written.err


def test_each_service_has_a_client_by_its_name(gateway: Flask) -> None:
    with gateway.app_context():
        names = {name: services().named(name).service for name in ("identity", "structures", "espaces")}

    assert names == {"identity": "identity", "structures": "structures", "espaces": "espaces"}
