"""Bounds on what one account may cost others in structures: mails, the directory's quota, other people's SIRETs."""

from chassis.web.bounds import DAY, HOUR, Bound, per_account_and_structure, per_address

CREATIONS = Bound("structure_creations", 50, DAY)
"""Each takes the SIRET of somebody, and asks the directory (S-08)."""
LOOK_UPS = Bound("directory_look_ups", 60, HOUR, counts_refused=True)
"""The directory answers 30 questions a minute, to all of us together."""
REQUESTS = Bound("attachment_requests", 50, DAY)
REQUESTS_TO_ONE = Bound("attachment_requests_to_one_structure", 3, DAY, per_account_and_structure)
"""Each sends a mail, with a comment, to every manager (S-09)."""
DECISIONS = Bound("attachment_decisions", 1000, DAY)
"""Each sends a mail, with a reason, to everybody decided on (S-10)."""
CHANGES = Bound("structure_changes", 300, DAY)
PUBLIC_SEARCHES = Bound("public_searches", 300, HOUR, per_address, counts_refused=True)
"""Each looks at every row, for somebody without an account (S-03)."""
SEARCHES = Bound("structure_searches", 1000, HOUR, counts_refused=True)
"""Each looks at every row; and nobody reads the registry as a whole (S-02)."""
