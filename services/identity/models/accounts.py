"""Accounts: who people are, and from registration to activation (A-01 to A-08), and to its erasure (A-15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, column_property, mapped_column, validates

from chassis.calls.tokens import OPERATOR
from chassis.ground.folding import folded
from chassis.storage.column_types import Id, wire_enum
from services.identity.errors import (
    AccountAlreadyActive,
    AccountChangedMeanwhile,
    AccountNotActive,
    AccountNotDeactivated,
    AccountOfAnOperator,
    AccountUnknown,
    AlreadyAnOperator,
    CurrentPasswordWrong,
    LoginEmailAskedTooOften,
    LoginEmailUnchanged,
    MailAskedTooSoon,
    NoLoginEmailAwaited,
    NotAnOperator,
    WrongCredentials,
)
from services.identity.models.base import Base
from services.identity.models.second_factors import has_second_factor

MAIL_INTERVAL = timedelta(minutes=5)
"""A stranger can have a mail sent to an account's holder this often at most (A-06)."""
ERASED_DOMAIN = "erased.invalid"
"""Where nobody can sign up from: RFC 2606 keeps the top level domain for what does not exist."""

LOGIN_EMAILS_IN_AN_HOUR = 5
"""So many can be asked for by one account: each is worth a mail to an address that may be anyone's (A-12)."""


class AccountStatus(StrEnum):
    PENDING = "EN_ATTENTE_ACTIVATION"
    ACTIVE = "ACTIF"
    DEACTIVATED = "DESACTIVE"
    ERASED = "EFFACE"


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the holder chooses at activation (A-07); password and answer as Argon2id hashes."""

    password_hash: str
    secret_question: str
    secret_answer_hash: str


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[Id] = mapped_column()
    login_email: Mapped[str] = mapped_column(String(254), unique=True)
    """As emails.login_email makes it (A-02)."""
    contact_email: Mapped[str] = mapped_column(String(254))
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(20))
    town: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    status: Mapped[AccountStatus] = mapped_column(wire_enum(AccountStatus), default=AccountStatus.PENDING)
    registered_at: Mapped[datetime]
    mail_asked_at: Mapped[datetime]
    """When a stranger last had a mail sent: at sign-up, then by asking again."""
    recovery_asked_at: Mapped[datetime | None]
    """When a recovery mail was last asked for. Kept apart, so that whoever signs up with this address again and again
    cannot keep its holder from recovering the password."""
    activated_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(Text)
    secret_question: Mapped[str | None] = mapped_column(String(200))
    secret_answer_hash: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the details that the holder edits: whoever changes them says which they have seen."""
    awaited_login_email: Mapped[str | None] = mapped_column(String(254))
    """Asked for, and to be confirmed by whoever reads it (A-12)."""
    login_email_asked_at: Mapped[datetime | None]
    operator_since: Mapped[datetime | None]
    """Set for those who may help others with their accounts; given and taken by command line alone."""
    name_folded: Mapped[str] = mapped_column(Text)
    """What a search by name compares."""
    has_second_factor: Mapped[bool] = column_property(has_second_factor(id), deferred=True)
    """Only operators ask, so only what they read undefers it (A-14)."""

    @validates("last_name", "first_name")
    def _fold(self, field: str, name: str) -> str:
        names = {"first_name": self.first_name, "last_name": self.last_name, field: name}
        self.name_folded = folded(f"{names['first_name'] or ''} {names['last_name'] or ''}")
        return name

    @property
    def role(self) -> str | None:
        """As access tokens carry it."""
        return OPERATOR if self.operator_since else None

    @property
    def personal_words(self) -> tuple[str, ...]:
        """What a password must not be."""
        names = (self.last_name, self.first_name)
        combined = (f"{self.last_name}{self.first_name}", f"{self.first_name}{self.last_name}")
        emails = (self.login_email, self.contact_email)
        return (*names, *combined, *emails, *(email.rpartition("@")[0] for email in emails))

    def ask_for_mail(self, at: datetime) -> None:
        """Raises MailAskedTooSoon within MAIL_INTERVAL of the time before (A-06)."""
        _must_not_be_recent(self.mail_asked_at, at)
        self.mail_asked_at = at

    def ask_for_recovery(self, at: datetime) -> None:
        """Raises AccountNotActive, and MailAskedTooSoon within MAIL_INTERVAL of the time before (A-09)."""
        self.must_be_active()
        _must_not_be_recent(self.recovery_asked_at, at)
        self.recovery_asked_at = at

    def must_be_active(self) -> None:
        if self.status is not AccountStatus.ACTIVE:
            raise AccountNotActive

    def must_be_pending(self) -> None:
        if self.status is not AccountStatus.PENDING:
            raise AccountAlreadyActive

    def activate(self, chosen: Credentials, at: datetime) -> None:
        self.must_be_pending()
        self.status, self.activated_at = AccountStatus.ACTIVE, at
        self.password_hash = chosen.password_hash
        self.secret_question, self.secret_answer_hash = chosen.secret_question, chosen.secret_answer_hash

    def must_still_have_password(self, password_hash: str | None) -> None:
        """A password was compared with this hash a moment ago; it may have been changed since."""
        if password_hash is None or self.password_hash != password_hash:
            raise CurrentPasswordWrong(field="current_password")

    def change_password(self, password_hash: str) -> None:
        """Nor is a login e-mail awaited any more: whoever asked for it may have been the reason for the change."""
        self.must_be_active()
        self.password_hash, self.awaited_login_email = password_hash, None

    def confirm_password(self, checked_hash: str, fresh_hash: str | None) -> None:
        """Raises WrongCredentials when the password was changed while it was checked against `checked_hash`.

        `fresh_hash`: of the same password with the parameters of today, where those of `checked_hash` are others.
        """
        if self.password_hash != checked_hash:
            raise WrongCredentials
        self.password_hash = fresh_hash or checked_hash

    def change_details(self, changes: Mapping[str, Any], seen: int) -> frozenset[str]:
        """The fields that are not as before: none for changes that were made already, by a form that was sent twice.

        Raises AccountChangedMeanwhile when it is not the version `seen` that would change (A-12).
        """
        differing = {field: value for field, value in changes.items() if getattr(self, field) != value}
        if differing and seen != self.version:
            raise AccountChangedMeanwhile
        for field, value in differing.items():
            setattr(self, field, value)
        self.version += bool(differing)
        return frozenset(differing)

    def change_secret_question(self, question: str, answer_hash: str) -> None:
        self.secret_question, self.secret_answer_hash = question, answer_hash

    def await_login_email(self, login_email: str, at: datetime, *, asked_within_the_hour: int) -> bool:
        """Nothing changes until it is confirmed (A-12). False for the one that was asked for minutes ago: its mail is
        on its way. Raises LoginEmailUnchanged or LoginEmailAskedTooOften."""
        if login_email == self.login_email:
            raise LoginEmailUnchanged(field="login_email")
        if login_email == self.awaited_login_email and _is_recent(self.login_email_asked_at, at):
            return False
        if asked_within_the_hour >= LOGIN_EMAILS_IN_AN_HOUR:
            raise LoginEmailAskedTooOften
        self.awaited_login_email, self.login_email_asked_at = login_email, at
        return True

    def must_await_login_email(self) -> str:
        """The address. Raises NoLoginEmailAwaited."""
        if self.awaited_login_email is None:
            raise NoLoginEmailAwaited
        return self.awaited_login_email

    def forget_awaited_login_email(self) -> None:
        self.must_await_login_email()
        self.awaited_login_email = None

    def change_login_email(self, login_email: str) -> None:
        """To the awaited one, which has been confirmed (A-12)."""
        self.login_email, self.awaited_login_email = login_email, None

    def deactivate(self) -> None:
        """Everything stays as it is, for the day on which it is reactivated (A-12); only what was under way is not."""
        self.must_be_active()
        self.status, self.awaited_login_email = AccountStatus.DEACTIVATED, None

    def reactivate(self) -> None:
        if self.status is not AccountStatus.DEACTIVATED:
            raise AccountNotDeactivated
        self.status = AccountStatus.ACTIVE

    def become_operator(self, at: datetime) -> None:
        """Also one that waits for its activation, by the holder of the address."""
        if self.operator_since is not None:
            raise AlreadyAnOperator
        if self.status is not AccountStatus.PENDING:
            self.must_be_active()
        self.operator_since = at

    def stop_being_operator(self) -> None:
        if self.operator_since is None:
            raise NotAnOperator
        self.operator_since = None

    def must_not_be_operators(self) -> None:
        """Operators do not act on themselves or on each other, but by command line."""
        if self.operator_since is not None:
            raise AccountOfAnOperator

    def erase(self) -> None:
        """What tells of a person goes; the number stays, as an anonymous one, and the address is free for another
        account (A-15). Raises AccountUnknown when it is erased already."""
        if self.status is AccountStatus.ERASED:
            raise AccountUnknown
        self.operator_since = None
        self.status, self.login_email, self.contact_email = AccountStatus.ERASED, f"{self.id}@{ERASED_DOMAIN}", ""
        self.last_name = self.first_name = self.street = self.postcode = self.town = self.country = ""
        self.password_hash = self.secret_question = self.secret_answer_hash = self.awaited_login_email = None


def _is_recent(asked_at: datetime | None, at: datetime) -> bool:
    """Whether a mail was asked for so lately that no other is sent."""
    return asked_at is not None and at < asked_at + MAIL_INTERVAL


def _must_not_be_recent(asked_at: datetime | None, at: datetime) -> None:
    if asked_at is not None and _is_recent(asked_at, at):
        raise MailAskedTooSoon(asked_at + MAIL_INTERVAL - at)
