"""Use cases of people, operators and the notifier; the caller opens and commits the transaction."""
