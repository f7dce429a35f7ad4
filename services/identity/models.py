"""Accounts, activation links, sessions and captchas, and the rules that hold for each."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import BigId, Conventions, Id, new_metadata, wire_enum
from services.identity.errors import (
    AccountAlreadyActive,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    MailAskedTooSoon,
    SessionEnded,
)

MAIL_INTERVAL = timedelta(minutes=5)
"""A stranger can have a mail sent to an account's holder this often at most (A-06)."""

CAPTCHA_VALIDITY = timedelta(minutes=10)


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()


class AccountStatus(StrEnum):
    PENDING = "EN_ATTENTE_ACTIVATION"
    ACTIVE = "ACTIF"
    DEACTIVATED = "DESACTIVE"


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the holder chooses at activation (A-07); password and answer as Argon2id hashes."""

    password_hash: str
    secret_question: str
    secret_answer_hash: str


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[Id]
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
    activated_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(Text)
    secret_question: Mapped[str | None] = mapped_column(String(200))
    secret_answer_hash: Mapped[str | None] = mapped_column(Text)

    @property
    def personal_words(self) -> tuple[str, ...]:
        """What a password must not be."""
        names = (self.last_name, self.first_name)
        combined = (f"{self.last_name}{self.first_name}", f"{self.first_name}{self.last_name}")
        emails = (self.login_email, self.contact_email)
        return (*names, *combined, *emails, *(email.rpartition("@")[0] for email in emails))

    def ask_for_mail(self, at: datetime) -> None:
        """Raises MailAskedTooSoon within MAIL_INTERVAL of the time before (A-06)."""
        if at < self.mail_asked_at + MAIL_INTERVAL:
            raise MailAskedTooSoon
        self.mail_asked_at = at

    def must_be_pending(self) -> None:
        if self.status is not AccountStatus.PENDING:
            raise AccountAlreadyActive

    def activate(self, chosen: Credentials, at: datetime) -> None:
        self.must_be_pending()
        self.status, self.activated_at = AccountStatus.ACTIVE, at
        self.password_hash = chosen.password_hash
        self.secret_question, self.secret_answer_hash = chosen.secret_question, chosen.secret_answer_hash


class ActivationLink(Base):
    """Valid from when it is issued, which is when the mail is sent (A-05)."""

    __tablename__ = "activation_links"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    def must_be_open(self, at: datetime) -> None:
        """Raises ActivationLinkUsed, ActivationLinkSuperseded or ActivationLinkExpired."""
        if self.used_at is not None:
            raise ActivationLinkUsed
        if self.superseded_at is not None:
            raise ActivationLinkSuperseded
        if at >= self.expires_at:
            raise ActivationLinkExpired

    def use(self, at: datetime) -> None:
        self.must_be_open(at)
        self.used_at = at

    def supersede(self, at: datetime) -> None:
        """A newer link replaces this one (A-06), expired or not; raises for one that is used or replaced already."""
        if self.used_at is not None:
            raise ActivationLinkUsed
        if self.superseded_at is not None:
            raise ActivationLinkSuperseded
        self.superseded_at = at


class AccountSession(Base):
    """One sign-in. Its refresh tokens are a family that shares a name; only the newest is good."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    family_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]

    def must_be_open(self, at: datetime) -> None:
        if self.ended_at is not None or at >= self.expires_at:
            raise SessionEnded

    def renew(self, token_hash: str, at: datetime, validity: timedelta) -> None:
        self.must_be_open(at)
        self.token_hash, self.last_used_at, self.expires_at = token_hash, at, at + validity

    def end(self, at: datetime) -> None:
        self.must_be_open(at)
        self.ended_at = at


class Captcha(Base):
    """Its row is deleted by the first answer, right or wrong: it is good for one (A-03)."""

    __tablename__ = "captchas"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    def accepts(self, answer: str, at: datetime) -> bool:
        """Forgives case and blanks."""
        return at < self.expires_at and "".join(answer.split()).upper() == self.answer
