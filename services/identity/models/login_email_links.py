"""Links that confirm a new login e-mail (A-12)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.errors.my_account import (
    LoginEmailLinkExpired,
    LoginEmailLinkSuperseded,
    LoginEmailLinkUnknown,
    LoginEmailLinkUsed,
)
from services.identity.models.accounts import Account
from services.identity.models.mailed_links import MailedLink


class LoginEmailLink(MailedLink):
    """Link mailed to the address that it is to confirm, not yet the login e-mail of any account."""

    __tablename__ = "login_email_links"

    UNKNOWN = LoginEmailLinkUnknown
    USED = LoginEmailLinkUsed
    SUPERSEDED = LoginEmailLinkSuperseded
    EXPIRED = LoginEmailLinkExpired

    login_email: Mapped[str] = mapped_column(String(254))

    def must_be_awaited_by(self, account: Account) -> None:
        """Raise LoginEmailLinkSuperseded when the holder has changed their mind, or their password."""
        if account.awaited_login_email != self.login_email:
            raise self.SUPERSEDED

    def confirm(self, account: Account, at: datetime) -> None:
        """Make it the login e-mail. Raise the refusals of `use` and `must_be_awaited_by`, or AccountNotActive."""
        # Used up first: a link that was used already says so, also to an account that is not active any more.
        self.use(at)
        account.must_be_active()
        self.must_be_awaited_by(account)
        account.change_login_email(self.login_email)
