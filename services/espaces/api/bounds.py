"""Bounds on the mails that one account may cause to others in espaces."""

from chassis.web.bounds import DAY, Bound, per_account_and_structure

OPENINGS = Bound("openings", 100, DAY, per_account_and_structure)
REQUESTS = Bound("subscription_requests", 300, DAY)
"""Each sends a mail, with a comment, to every manager (E-08)."""
DECISIONS = Bound("subscription_decisions", 1000, DAY)
"""Each sends a mail, with a reason, to everybody decided on (E-09)."""
