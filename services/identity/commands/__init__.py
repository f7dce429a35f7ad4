"""Commands of `guichet identity …`: one file for each subject."""

from services.identity.commands.accounts import accounts_group
from services.identity.commands.encryption_keys import encryption_keys
from services.identity.commands.keys import keys
from services.identity.commands.operators import operators_group

COMMANDS = [keys, encryption_keys, accounts_group, operators_group]
