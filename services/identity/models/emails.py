"""E-mail addresses: normal forms that decide whether two addresses are the same account (A-02)."""

import unicodedata

from email_validator import validate_email

from chassis.ground import pasted


def login_email(address: str) -> str:
    """Return the form in which a login e-mail is stored and compared (A-02).

    Unicode domain by IDNA, local part in NFC and lower case. Raise EmailNotValidError (a ValueError) for a text that
    is no address.

    Lower case, and not folded: folding makes straße and strasse, or ﬁn and fin, one, though they are two mailboxes of
    two people. The domain is left as IDNA has it, for the same reason.
    """
    # Without a look-up in DNS, on which every sign-in would wait.
    valid = validate_email(address, check_deliverability=False)
    return f"{_lower(valid.local_part)}@{valid.domain}"


def are_one(first: str, second: str) -> bool:
    """Return whether the two are one mailbox, as far as A-02 tells.

    What is no address any more, such as that of an erased account, is compared as it is.
    """
    try:
        return login_email(first) == login_email(second)
    except ValueError:
        return first == second


def search_term(typed: str) -> str:
    """Return the text to look for in addresses: a whole address in its normal form, a part of one in lower case."""
    try:
        return login_email(pasted.address(typed))
    except ValueError:
        return _lower(pasted.address(typed))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())
