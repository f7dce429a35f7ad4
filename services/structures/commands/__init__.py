"""Commands of `guichet structures …`."""

from services.structures.commands.directory_index import directory

COMMANDS = [directory]
