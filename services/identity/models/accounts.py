"""Accounts: people's details and states, from registration to activation (A-01 to A-08) and erasure (A-15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, column_property, mapped_column, validates

from chassis.calls.tokens import OPERATOR
from chassis.ground.folding import searchable
from chassis.storage.column_types import Id, wire_enum
from services.identity.errors.accounts import (
    AccountAlreadyActive,
    AccountNotActive,
    AccountNotDeactivated,
    AccountUnknown,
)
from services.identity.errors.my_account import (
    AccountChangedMeanwhile,
    LoginEmailAskedTooOften,
    LoginEmailUnchanged,
    NoLoginEmailAwaited,
)
from services.identity.errors.operators import AccountOfAnOperator, AlreadyAnOperator, NotAnOperator
from services.identity.errors.passwords import CurrentPasswordWrong
from services.identity.errors.sessions import WrongCredentials
from services.identity.models import mail_pace
from services.identity.models.base import Base
from services.identity.models.contact_emails import HasContactEmail
from services.identity.models.second_factors import has_second_factor

ERASED_DOMAIN = "erased.invalid"
"""Domain of erased addresses. RFC 2606 reserves `.invalid` for names that do not exist: no sign-up can use it."""

LOGIN_EMAILS_IN_AN_HOUR = 5
"""Requests of one account for another login e-mail: each sends a mail to an address that may be a stranger's (A-12)."""


class AccountStatus(StrEnum):
    PENDING = "EN_ATTENTE_ACTIVATION"
    ACTIVE = "ACTIF"
    DEACTIVATED = "DESACTIVE"
    ERASED = "EFFACE"


@dataclass(frozen=True, repr=False)
class Credentials:
    """Choices of the holder at activation (A-07); password and answer as Argon2id hashes."""

    password_hash: str
    secret_question: str
    secret_answer_hash: str


class Account(HasContactEmail, Base):
    __tablename__ = "accounts"

    id: Mapped[Id] = mapped_column()
    login_email: Mapped[str] = mapped_column(String(254), unique=True)
    """Normal form, as emails.login_email makes it (A-02)."""
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(20))
    town: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    status: Mapped[AccountStatus] = mapped_column(wire_enum(AccountStatus), default=AccountStatus.PENDING)
    registered_at: Mapped[datetime]
    mail_asked_at: Mapped[datetime]
    """Time of the last mail at a stranger's request: at sign-up, then at each repeated request."""
    recovery_asked_at: Mapped[datetime | None]
    """Time of the last request for a recovery mail. Separate, so that repeated sign-ups with this address cannot keep
    its holder from recovering the password."""
    activated_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(Text)
    secret_question: Mapped[str | None] = mapped_column(String(200))
    secret_answer_hash: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Version of the details that the holder edits; a change names the version that was seen."""
    awaited_login_email: Mapped[str | None] = mapped_column(String(254))
    """Requested, and to be confirmed by its reader (A-12)."""
    login_email_asked_at: Mapped[datetime | None]
    operator_since: Mapped[datetime | None]
    """Set for people allowed to help others with their accounts; set and cleared by command line alone."""
    name_folded: Mapped[str] = mapped_column(Text)
    """First and last name, folded for searches."""
    has_second_factor: Mapped[bool] = column_property(has_second_factor(id), deferred=True)
    """Deferred: only the queries of operators need it, and undefer it (A-14)."""

    @validates("last_name", "first_name")
    def _fold(self, field: str, name: str) -> str:
        # Fields are set in turn: while an account is built, the other name is still None.
        names = {"first_name": self.first_name, "last_name": self.last_name, field: name}
        self.name_folded = searchable(f"{names['first_name'] or ''} {names['last_name'] or ''}")
        return name

    @property
    def role(self) -> str | None:
        """Role in access tokens."""
        return OPERATOR if self.operator_since else None

    @property
    def personal_words(self) -> tuple[str, ...]:
        """Words that must not be the password (A-08)."""
        names = (self.last_name, self.first_name)
        combined = (f"{self.last_name}{self.first_name}", f"{self.first_name}{self.last_name}")
        emails = (self.login_email, self.contact_email, self.awaited_contact_email or "")
        return (*names, *combined, *emails, *(email.rpartition("@")[0] for email in emails))

    def ask_for_mail(self, at: datetime) -> None:
        """Note a request for a mail. Raise MailAskedTooSoon too soon after the last one (A-06)."""
        mail_pace.must_not_be_recent(self.mail_asked_at, at)
        self.mail_asked_at = at

    def ask_for_recovery(self, at: datetime) -> None:
        """Note a request, also for a deactivated account. Raise MailAskedTooSoon too soon after the last one (A-09)."""
        mail_pace.must_not_be_recent(self.recovery_asked_at, at)
        self.recovery_asked_at = at

    def must_be_active(self) -> None:
        if self.status is not AccountStatus.ACTIVE:
            raise AccountNotActive

    def must_be_pending(self) -> None:
        if self.status is not AccountStatus.PENDING:
            raise AccountAlreadyActive

    def activate(self, chosen: Credentials, at: datetime) -> None:
        """Make active with what its holder chose. It proves the login e-mail, and no other address."""
        self.must_be_pending()
        self.status, self.activated_at = AccountStatus.ACTIVE, at
        self.password_hash = chosen.password_hash
        self.secret_question, self.secret_answer_hash = chosen.secret_question, chosen.secret_answer_hash

    def must_still_have_password(self, password_hash: str | None) -> None:
        """Raise CurrentPasswordWrong if the password was changed since it was compared with this hash, a moment ago."""
        if password_hash is None or self.password_hash != password_hash:
            raise CurrentPasswordWrong(field="current_password")

    def change_password(self, password_hash: str) -> None:
        """Replace the password, and drop the awaited e-mails: their request may be the reason for the change."""
        self.must_be_active()
        self.password_hash, self.awaited_login_email = password_hash, None
        self.forget_awaited_contact_email()

    def confirm_password(self, checked_hash: str, fresh_hash: str | None) -> None:
        """Raise WrongCredentials when the password was changed while it was checked against `checked_hash`.

        `fresh_hash`: hash of the same password, to be stored, if `checked_hash` was not made with today's parameters.
        """
        if self.password_hash != checked_hash:
            raise WrongCredentials
        self.password_hash = fresh_hash or checked_hash

    def change_details(self, changes: Mapping[str, object], seen: int) -> frozenset[str]:
        """Apply the changes and return the fields that differ: an empty set for a form that was sent twice.

        Raise AccountChangedMeanwhile when `seen` is not the version that would change (A-12).
        """
        differing = {field: value for field, value in changes.items() if getattr(self, field) != value}
        # A form sent twice finds its changes made: no conflict, though the version has moved on.
        if differing and seen != self.version:
            raise AccountChangedMeanwhile
        for field, value in differing.items():
            setattr(self, field, value)
        self.version += bool(differing)
        return frozenset(differing)

    def change_secret_question(self, question: str, answer_hash: str) -> None:
        self.secret_question, self.secret_answer_hash = question, answer_hash

    def await_login_email(self, login_email: str, at: datetime, *, asked_within_the_hour: int) -> bool:
        """Await an address, without effect until it is confirmed (A-12).

        Return False for a repetition: its mail is on its way. Raise LoginEmailUnchanged or LoginEmailAskedTooOften.
        """
        if login_email == self.login_email:
            raise LoginEmailUnchanged(field="login_email")
        if login_email == self.awaited_login_email and mail_pace.is_recent(self.login_email_asked_at, at):
            return False
        if asked_within_the_hour >= LOGIN_EMAILS_IN_AN_HOUR:
            raise LoginEmailAskedTooOften
        self.awaited_login_email, self.login_email_asked_at = login_email, at
        return True

    def must_await_login_email(self) -> str:
        """Return the address. Raise NoLoginEmailAwaited."""
        if self.awaited_login_email is None:
            raise NoLoginEmailAwaited
        return self.awaited_login_email

    def forget_awaited_login_email(self) -> None:
        self.must_await_login_email()
        self.awaited_login_email = None

    def change_login_email(self, login_email: str) -> None:
        """Adopt the awaited address, now confirmed (A-12)."""
        self.login_email, self.awaited_login_email = login_email, None

    def deactivate(self) -> None:
        """Deactivate, with all data kept for a reactivation (A-12), except for changes of e-mail under way."""
        self.must_be_active()
        self.status, self.awaited_login_email = AccountStatus.DEACTIVATED, None
        self.forget_awaited_contact_email()

    def reactivate(self) -> None:
        if self.status is not AccountStatus.DEACTIVATED:
            raise AccountNotDeactivated
        self.status = AccountStatus.ACTIVE

    def become_operator(self, at: datetime) -> None:
        """Make the holder an operator, also before activation. Raise AlreadyAnOperator or AccountNotActive."""
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
        """Raise AccountOfAnOperator: operators act on themselves and each other by command line alone."""
        if self.operator_since is not None:
            raise AccountOfAnOperator

    def erase(self) -> None:
        """Erase the person, free the address, keep the number (A-15). Raise AccountUnknown if erased already."""
        if self.status is AccountStatus.ERASED:
            raise AccountUnknown
        self.operator_since = None
        # The column is unique: the number tells erased addresses apart.
        self.status, self.login_email, self.contact_email = AccountStatus.ERASED, f"{self.id}@{ERASED_DOMAIN}", ""
        self.last_name = self.first_name = self.street = self.postcode = self.town = self.country = ""
        self.password_hash = self.secret_question = self.secret_answer_hash = None
        self.awaited_login_email = self.awaited_contact_email = None
