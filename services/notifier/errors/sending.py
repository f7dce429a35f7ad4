"""Reasons for which a mail cannot be sent, or not now. These exceptions stay inside the worker."""


class TransientFault(Exception):
    """Fault that may be gone at a later try; `answer` says why, without any address."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class PermanentFault(TransientFault):
    """Refusal of this mail, or this recipient, that no later try can change."""


class OurFault(TransientFault):
    """Refusal of us (our host, our password, our sender, our quota): mails wait until an operator has put it right."""


class Moot(Exception):
    """Loss of the mail's purpose before it was sent; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
