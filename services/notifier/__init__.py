"""Notifier: mails to people because of events, and their sending, once (N-01 to N-03)."""
