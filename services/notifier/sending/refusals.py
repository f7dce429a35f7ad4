"""Refusals by the mail server, and whose fault each is: by its enhanced status code (RFC 3463), not by the step.

A server may say at RCPT what it holds against our host, and at MAIL what it holds against the recipient.
"""

import re

from services.notifier.errors.sending import OurFault, PermanentFault, TransientFault

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
OF_THIS_MAIL = frozenset({"1", "2", "6"})
"""Subjects of the code that speak of the recipient's address, their mailbox, or the content."""
OF_OUR_SENDER = frozenset({"1.7", "1.8"})
"""… but not of the address and system of our own sender."""
MORE_OF_THIS_MAIL = frozenset({"3.4", "4.1", "4.4"})
"""A message too big, and domains that nobody answers for."""
BASIC_OF_THIS_MAIL = frozenset({550, 551, 552, 553, 554, 555})
"""Codes without an enhanced one that refuse a recipient or a message (RFC 5321)."""
ABOUT_US = re.compile(
    r"(?i)\b(relay(ing)?|(un)?authenti\w+|not permitted|blocked|blacklisted|denied|spf|dmarc|dkim|quota|rate|policy|"
    r"helo|ehlo)\b"
)


def fault(code: int, answer: str, *, about_this_mail: bool) -> TransientFault:
    """Return the fault in an answer that is no agreement; `about_this_mail`: at a step that names its recipient."""
    if code < 500:
        return TransientFault(answer)
    enhanced = ENHANCED.search(answer)
    if enhanced:
        subject, detail = enhanced[2], f"{enhanced[2]}.{enhanced[3]}"
        is_of_this_mail = (subject in OF_THIS_MAIL and detail not in OF_OUR_SENDER) or detail in MORE_OF_THIS_MAIL
    else:
        is_of_this_mail = about_this_mail and code in BASIC_OF_THIS_MAIL and not ABOUT_US.search(answer)
    return PermanentFault(answer) if is_of_this_mail else OurFault(answer)
