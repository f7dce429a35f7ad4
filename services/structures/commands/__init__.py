"""Commands of `guichet structures …`."""

from services.structures.commands.directory_index import directory
from services.structures.commands.managers import managers
from services.structures.commands.unverified import unverified

COMMANDS = [directory, managers, unverified]
