"""Second factors: authenticator apps, recovery codes and passkeys (A-14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigId, Id
from services.identity.errors.second_factors import (
    AuthenticatorAppExists,
    AuthenticatorAppNotBegun,
    NoSecondFactor,
    PasskeySeemsCopied,
    RecoveryCodeWrong,
    SecondFactorWrong,
)
from services.identity.models.base import Base

ENROLMENT_VALIDITY = timedelta(minutes=15)
"""Time between the display of the secret and its first code."""

MOST_PASSKEYS = 20


class SecondFactorKind(StrEnum):
    AUTHENTICATOR_APP = "authenticator_app"
    PASSKEY = "passkey"


class AuthenticatorApp(Base):
    """Authenticator app, one for an account: it counts once its first code was right."""

    __tablename__ = "authenticator_apps"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), unique=True)
    # Encrypted and not hashed: checking a code takes the secret itself.
    sealed_secret: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    """Newest 30 seconds of which a code was accepted; see totp.time_step."""

    def must_not_be_confirmed(self) -> None:
        if self.confirmed_at is not None:
            raise AuthenticatorAppExists

    def must_wait_for_its_first_code(self, at: datetime) -> None:
        self.must_not_be_confirmed()
        if at >= self.begun_at + ENROLMENT_VALIDITY:
            raise AuthenticatorAppNotBegun

    def confirm(self, step: int, at: datetime) -> None:
        self.must_wait_for_its_first_code(at)
        self.confirmed_at, self.last_step = at, step

    def take(self, step: int) -> None:
        """Accept a code: it is good once, and no older one after it. Raise SecondFactorWrong."""
        # Codes just past are tolerated for slow clocks: only the order of steps keeps them from being replayed.
        if self.confirmed_at is None or self.last_step is None or step <= self.last_step:
            raise SecondFactorWrong
        self.last_step = step


class RecoveryCode(Base):
    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]

    def use(self, at: datetime) -> None:
        """Use up the code. Raise RecoveryCodeWrong if it was used before."""
        if self.used_at is not None:
            raise RecoveryCodeWrong
        self.used_at = at


class Passkey(Base):
    __tablename__ = "passkeys"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]]
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    def use(self, sign_count: int, at: datetime) -> None:
        """Note a use. Raise PasskeySeemsCopied when its count has not grown; passkeys without a count always say 0."""
        if (sign_count or self.sign_count) and sign_count <= self.sign_count:
            raise PasskeySeemsCopied
        self.sign_count, self.last_used_at = sign_count, at


@dataclass(frozen=True)
class SecondFactors:
    """Second factors of one account. Recovery codes are no factor of their own: they stand in for the others."""

    authenticator_app: AuthenticatorApp | None
    passkeys: list[Passkey]
    recovery_codes_left: int

    @property
    def exist(self) -> bool:
        return self.authenticator_app is not None or bool(self.passkeys)

    def must_exist(self) -> None:
        if not self.exist:
            raise NoSecondFactor

    @property
    def methods(self) -> list[str]:
        """Methods that the second step of a sign-in accepts: an empty list when it is not needed."""
        offered = {
            "passkey": bool(self.passkeys),
            "code": self.authenticator_app is not None,
            "recovery_code": self.exist and self.recovery_codes_left > 0,
        }
        return [method for method, is_there in offered.items() if is_there]


def has_second_factor(account_id: Mapped[int]) -> ColumnElement[bool]:
    """Return SecondFactors.exist as a condition in SQL, for lists of many accounts."""
    app = exists().where(AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None))
    passkey = exists().where(Passkey.account_id == account_id)
    # The account is the enclosing query's; the factors never are, even if that query reads them too.
    return or_(app.correlate_except(AuthenticatorApp), passkey.correlate_except(Passkey))
