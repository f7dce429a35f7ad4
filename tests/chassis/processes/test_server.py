"""gunicorn, as our processes run it."""

import logging

import pytest

from chassis.processes.server import WithoutRequestLines


def test_a_request_that_cannot_be_read_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("a test of gunicorn's words")
    logger.addFilter(WithoutRequestLines())

    logger.warning("Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'GET /activation/a-secret-token'")
    logger.warning("Worker exiting")

    assert [record.getMessage() for record in caplog.records] == ["Invalid request", "Worker exiting"]
