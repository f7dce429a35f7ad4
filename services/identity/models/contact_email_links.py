"""Links that confirm a contact e-mail (A-16)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.errors.my_account import (
    ContactEmailLinkExpired,
    ContactEmailLinkSuperseded,
    ContactEmailLinkUnknown,
    ContactEmailLinkUsed,
)
from services.identity.models.accounts import Account
from services.identity.models.mailed_links import MailedLink


class ContactEmailLink(MailedLink):
    """Link mailed to the address that it is to confirm, which receives no notice yet."""

    __tablename__ = "contact_email_links"

    UNKNOWN = ContactEmailLinkUnknown
    USED = ContactEmailLinkUsed
    SUPERSEDED = ContactEmailLinkSuperseded
    EXPIRED = ContactEmailLinkExpired

    contact_email: Mapped[str] = mapped_column(String(254))

    def must_be_awaited_by(self, account: Account) -> None:
        """Raise ContactEmailLinkSuperseded when the holder has changed their mind, or their password."""
        if account.awaited_contact_email != self.contact_email:
            raise self.SUPERSEDED

    def confirm(self, account: Account, at: datetime) -> None:
        """Make it the contact e-mail. Raise the refusals of `use` and `must_be_awaited_by`, or AccountNotActive."""
        # Used up first: a link that was used already says so, also to an account that is not active any more.
        self.use(at)
        account.must_be_active()
        self.must_be_awaited_by(account)
        account.adopt_awaited_contact_email()
