"""kill -9 on any one process, at random moments: the journey ends well, no mail is lost and none is sent twice."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.journeys.api import Mailbox
from tests.journeys.guide import Guide
from tests.kit.waiting import until
from tests.system import System, running_system

pytestmark = pytest.mark.system

KILLS = 10
WITHIN_SECONDS = 4.0
"""A kill comes at a random moment of this span of the journey, which lasts longer."""


def test_the_journey_outlives_any_one_process_being_killed(system: System) -> None:  # N-03
    journey_with_one_kill(system, a_chance())


@pytest.mark.faults_only
def test_the_journey_outlives_any_one_process_being_killed_ten_times(system: System) -> None:  # N-03
    chance = a_chance()
    for _ in range(KILLS):
        journey_with_one_kill(system, chance)


@pytest.mark.faults_only
def test_the_journey_outlives_the_launcher_being_killed_and_started_again(tmp_path: Path) -> None:  # N-03
    with ExitStack() as systems, ThreadPoolExecutor(1) as player:
        first = systems.enter_context(running_system(tmp_path / "var"))
        guide = Guide(first.api_url, Mailbox(first.mailbox_url), SANDBOX_CAPTCHA, must_be_quick=False)
        journey = player.submit(guide.play)
        wait([journey], timeout=a_chance().uniform(0, WITHIN_SECONDS))

        first.launcher.kill()
        first.launcher.wait()
        systems.enter_context(running_system(first.layout.folder, first.layout.port))

        journey.result()


def a_chance() -> random.Random:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when the test fails  # noqa: T201
    return random.Random(seed)


def journey_with_one_kill(system: System, chance: random.Random) -> None:
    name, moment = chance.choice(sorted(system.processes())), chance.uniform(0, WITHIN_SECONDS)
    before = system.processes()[name]
    killer = threading.Timer(moment, system.kill, [name])
    killer.start()
    begun = time.monotonic()
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA, must_be_quick=False)
    try:
        guide.play()
    except AssertionError as error:
        raise AssertionError(f"{name} killed after {moment:.2f} s: {error}") from error
    finally:
        killer.join()
    until(lambda: system.processes()[name] != before, within=30)
    print(f"{name} killed after {moment:.2f} s; the journey took {time.monotonic() - begun:.1f} s")  # noqa: T201
