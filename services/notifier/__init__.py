"""Writes to people: which mail each event is worth, to whom, and its sending, once (rules N-01 to N-03)."""
