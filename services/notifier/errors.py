"""Why a mail cannot go, or not now. These stay inside the worker: nobody is answered with them."""


class TransientFault(Exception):
    """This mail cannot go now; `answer` says why, without any address."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class PermanentFault(TransientFault):
    """The mail server will never take this mail for this recipient."""


class Moot(Exception):
    """The mail has lost its reason; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotDue(Exception):
    """Only a mail that is due can be claimed."""


class NotParked(Exception):
    """Only a mail that was given up can be sent again by hand."""


class ClaimLost(Exception):
    """The try took so long that the mail was given to another one, or it is already out."""
