"""Work that steps back for whoever only needs a processor for a moment."""

import os
import threading

import pytest

from services.identity.hashing.low_priority import NICENESS, LowPriorityThreads


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_the_work_steps_back_and_whoever_waits_for_it_does_not() -> None:
    before = niceness()

    assert LowPriorityThreads(1).run(niceness) == max(NICENESS, before)
    assert niceness() == before


def test_what_the_work_raises_reaches_whoever_waits() -> None:
    with pytest.raises(ValueError, match="broken"):
        LowPriorityThreads(1).run(int, "broken")
