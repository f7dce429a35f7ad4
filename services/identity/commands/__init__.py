"""`guichet identity …`: one file for each thing that it is about."""

from services.identity.commands.accounts import accounts
from services.identity.commands.encryption_keys import encryption_keys
from services.identity.commands.keys import keys
from services.identity.commands.operators import operators

COMMANDS = [keys, encryption_keys, accounts, operators]
