"""When two addresses are the same account."""

import unicodedata

from email_validator import validate_email


def login_email(address: str) -> str:
    """The form in which a login e-mail is stored and compared (A-02): Unicode domain by IDNA, local part in NFC and
    case-folded. Raises EmailNotValidError (a ValueError) for what is no address.

    The domain is left as IDNA has it: folding it as text would make faß.example and fass.example one.
    """
    valid = validate_email(address, check_deliverability=False)
    return f"{unicodedata.normalize('NFC', valid.local_part.casefold())}@{valid.domain}"
