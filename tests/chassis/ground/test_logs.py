"""Logs are JSON lines that say which process wrote them, and for which action."""

import json
import subprocess
import sys
from typing import Any

WRITER = """
import logging
import structlog
from chassis.ground import correlation, logs
from chassis.ground.settings import Secret

logs.configure("identity worker")
log = structlog.get_logger()
with correlation.bound("an-action-of-a-person"):
    log.info("event parked", event_id=3, secret=Secret("not to be seen"))
    logging.getLogger("a.library").warning("from %s", "elsewhere")
log.debug("not at this level")
logging.getLogger("urllib3").info("nor chatter")
try:
    raise ValueError
except ValueError:
    log.exception("it failed\\nin two lines")
"""


def written() -> list[dict[str, Any]]:
    told = subprocess.run([sys.executable, "-c", WRITER], capture_output=True, text=True, check=True)
    assert told.stderr == ""
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_every_line_is_json_with_its_process_its_action_and_its_data() -> None:
    ours, theirs, failure = written()

    assert (ours["event"], ours["event_id"], ours["level"]) == ("event parked", 3, "info")
    assert (theirs["event"], theirs["level"]) == ("from elsewhere", "warning")
    assert {line["process"] for line in (ours, theirs, failure)} == {"identity worker"}
    assert ours["correlation_id"] == theirs["correlation_id"] == "an-action-of-a-person"
    assert "correlation_id" not in failure
    assert "not to be seen" not in str(ours)
    assert ours["timestamp"].endswith("Z")
    assert failure["event"] == "it failed\nin two lines"
    assert "ValueError" in failure["exception"]
