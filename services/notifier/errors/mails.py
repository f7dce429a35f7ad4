"""Transitions that a mail's state does not allow. These exceptions stay inside worker and commands."""


class NotDue(Exception):
    """Claim of a mail that is not due."""


class NotParked(Exception):
    """Wish to send again a mail that was not given up."""


class ClaimLost(Exception):
    """Outcome of a try that has lost its mail: it took so long that another try has it, or the mail is out."""
