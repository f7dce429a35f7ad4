"""When two addresses are the same account."""

import unicodedata

from email_validator import validate_email


def login_email(address: str) -> str:
    """The form in which a login e-mail is stored and compared (A-02): Unicode domain by IDNA, local part in NFC and
    lower case. Raises EmailNotValidError (a ValueError) for what is no address.

    Lower case, and not folded: folding makes straße and strasse, or ﬁn and fin, one, which are two mailboxes of two
    people. The domain is left as IDNA has it, for the same reason.
    """
    valid = validate_email(address, check_deliverability=False)
    return f"{_lower(valid.local_part)}@{valid.domain}"


def search_term(typed: str) -> str:
    """What a search looks for in addresses: a whole one in its one form, a part of one in lower case."""
    try:
        return login_email(typed)
    except ValueError:
        return _lower(typed)


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())
