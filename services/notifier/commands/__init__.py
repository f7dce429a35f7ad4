"""Commands of `guichet notifier …`."""

from services.notifier.commands.parked_mails import mails

COMMANDS = [mails]
