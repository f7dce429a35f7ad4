"""Mails that ask an address to confirm itself: it is written to so many times a day, whoever asks (A-12, A-16)."""

from sqlalchemy.orm import Session

from chassis.web.request_context import current_service
from services.identity.models import emails
from services.identity.models.mail_pace import MAILS_TO_AN_ADDRESS
from services.identity.use_cases import tries


def count(session: Session, address: str) -> None:
    """Count a mail to this address. Raise AddressWrittenTooOften.

    To be called before the transaction locks an account, like every use of tries.
    """
    # Under a keyed digest: whose address it is need not be known, nor erased.
    pseudonym = current_service().pseudonyms.of(emails.login_email(address))
    tries.count(session, MAILS_TO_AN_ADDRESS, f"{MAILS_TO_AN_ADDRESS.what}:{pseudonym}")
