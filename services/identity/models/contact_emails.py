"""Contact e-mails: only one that is proved receives notices; another is awaited until its reader confirms it (A-16)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.errors.my_account import (
    ContactEmailAskedTooOften,
    NoContactEmailAwaited,
)
from services.identity.models import emails, mail_pace

DAY = timedelta(days=1)
MAILS_BY_AN_ACCOUNT_A_DAY = 5
"""Confirmation mails that one account causes: each may go to a stranger, by mistake or on purpose."""


def at_sign_up(login_email: str, contact_email: str) -> dict[str, object]:
    """Return the fields of an account for the contact e-mail that was typed.

    The activation will prove the login e-mail, and no other address.
    """
    if emails.are_one(login_email, contact_email):
        return {"contact_email": contact_email, "awaited_contact_email": None}
    return {"contact_email": login_email, "awaited_contact_email": contact_email}


class HasContactEmail:
    """Part of an account that is about its contact e-mail."""

    login_email: Mapped[str]
    version: Mapped[int]
    contact_email: Mapped[str] = mapped_column(String(254))
    """Address that receives notices: confirmed from itself, or the login e-mail."""
    awaited_contact_email: Mapped[str | None] = mapped_column(String(254))
    """Wanted, and without effect until its reader confirms it."""
    contact_email_request: Mapped[int] = mapped_column(default=0, server_default="0")
    """Number of the latest confirmation mail. A mail of an earlier request is not sent any more: several that wait
    together must not all go to the address that is awaited by then."""

    def wanting_contact_email(self, address: str) -> dict[str, object]:
        """Return the fields that change when the holder wants this address: at once if its mailbox is proved."""
        if emails.are_one(address, self.contact_email) or emails.are_one(address, self.login_email):
            return {"contact_email": address, "awaited_contact_email": None}
        return {"awaited_contact_email": address}

    def put_aside_unproved_contact_email(self) -> bool:
        """Put aside a contact e-mail that an activation does not prove, and return whether there was one.

        Sign-ups of before A-16 was kept have one.
        """
        if emails.are_one(self.login_email, self.contact_email):
            return False
        self.awaited_contact_email, self.contact_email = self.contact_email, self.login_email
        return True

    def awaits_its_login_email(self) -> bool:
        """Return whether the awaited address is the login e-mail by now, and so proved."""
        return self.awaited_contact_email is not None and emails.are_one(self.awaited_contact_email, self.login_email)

    def must_await_contact_email(self) -> str:
        """Return the address. Raise NoContactEmailAwaited."""
        if self.awaited_contact_email is None:
            raise NoContactEmailAwaited
        return self.awaited_contact_email

    def request_confirmation(self, at: datetime, asked_lately: Sequence[datetime], *, again: bool = False) -> None:
        """Count a confirmation mail to the awaited address. `asked_lately`: times of those within DAY, newest first.

        Raise NoContactEmailAwaited, ContactEmailAskedTooOften, or MailAskedTooSoon for the same mail `again`.
        """
        self.must_await_contact_email()
        if again and asked_lately:
            mail_pace.must_not_be_recent(asked_lately[0], at)
        if len(asked_lately) >= MAILS_BY_AN_ACCOUNT_A_DAY:
            raise ContactEmailAskedTooOften(asked_lately[MAILS_BY_AN_ACCOUNT_A_DAY - 1] + DAY - at)
        self.contact_email_request += 1

    def forget_awaited_contact_email(self) -> None:
        """Drop it; whoever sees it on an open page must read the account again."""
        self.version += self.awaited_contact_email is not None
        self.awaited_contact_email = None

    def adopt_awaited_contact_email(self) -> None:
        """Have it receive the notices: its reader has confirmed it. Raise NoContactEmailAwaited."""
        self.contact_email = self.must_await_contact_email()
        self.forget_awaited_contact_email()
