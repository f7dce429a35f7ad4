"""A thousand schedules of loss, repetition, disorder, truncation and restarts; `SEED=… pytest …` plays one again."""

import os
import random

import pytest
import structlog

from tests.chassis.events.simulation import World

SCHEDULES = 250
"""Of each part."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_follower_has_the_producers_story_or_says_that_it_diverged(part: int) -> None:
    given = os.environ.get("SEED")
    first = int(given) if given else random.randrange(2**32)
    world = World()
    with structlog.testing.capture_logs():  # writing them out would take most of the time
        for seed in range(first + part * SCHEDULES, first + (part + 1) * SCHEDULES):
            world.play(seed)
