"""Entry point `python -m embedded.directory <folder>`."""

import sys
from pathlib import Path

from embedded.directory.writer import write

if len(sys.argv) != 2:
    sys.exit("Usage: python -m embedded.directory <folder>")
write(Path(sys.argv[1]))
