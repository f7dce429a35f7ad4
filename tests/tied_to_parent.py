"""Run a module that ends with whoever started it: `python -m tests.tied_to_parent MODULE ARGUMENT…`.

The thread that starts it counts as its parent, so it is to be started from one that lives on.
"""

import ctypes
import os
import signal
import sys

COMMAND = (sys.executable, "-m", "tests.tied_to_parent")
PR_SET_PDEATHSIG = 1


def tie() -> None:
    """Have this process sent SIGTERM when its parent ends; on Linux alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    tie()
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])
