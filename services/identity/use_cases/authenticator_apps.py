"""Authenticator apps: begun, confirmed by the first code, used, removed (A-14)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.errors.second_factors import (
    AuthenticatorAppNotBegun,
    AuthenticatorAppUnknown,
    CodeWrong,
    SecondFactorWrong,
)
from services.identity.factors import totp
from services.identity.factors.encryption_at_rest import Encryptor
from services.identity.models.history import Origin
from services.identity.models.second_factors import ENROLMENT_VALIDITY, AuthenticatorApp, SecondFactorKind
from services.identity.use_cases import locks, second_factors


@dataclass(frozen=True, repr=False)
class BegunApp:
    secret: str
    address: str
    """Address for a QR code (otpauth://…); it holds the secret."""
    expires_at: datetime


def begin(session: Session, account_id: int, encryptor: Encryptor) -> BegunApp:
    """Begin an app, in place of one that was begun and not confirmed. Raise AuthenticatorAppExists."""
    account, earlier, at = locks.account(session, account_id), _app(session, account_id), now()
    if earlier is not None:
        earlier.must_not_be_confirmed()
        # At once: an account has one app (unique), and a unit of work would insert before it deletes.
        session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.id == earlier.id))
    secret = totp.new_secret()
    session.add(
        AuthenticatorApp(
            account_id=account_id, sealed_secret=encryptor.encrypt(secret, _owner(account_id)), begun_at=at
        )
    )
    return BegunApp(secret, totp.provisioning_uri(secret, account.login_email), at + ENROLMENT_VALIDITY)


def confirm(session: Session, account_id: int, code: str, encryptor: Encryptor, origin: Origin) -> list[str]:
    """Confirm the app by its first code. Return the recovery codes, if it is the first second factor.

    Raise AuthenticatorAppNotBegun, AuthenticatorAppExists or CodeWrong.
    """
    # The account's lock comes first: of two confirmations at once, the second finds the app confirmed.
    locks.account(session, account_id)
    app, at = _app(session, account_id), now()
    if app is None:
        raise AuthenticatorAppNotBegun
    app.must_wait_for_its_first_code(at)
    step = totp.time_step(encryptor.decrypt(app.sealed_secret, _owner(account_id)), code, at)
    if step is None:
        raise CodeWrong(field="code")
    app.confirm(step, at)
    return second_factors.factor_added(session, account_id, SecondFactorKind.AUTHENTICATOR_APP, origin)


def use(session: Session, account_id: int, code: str, encryptor: Encryptor) -> None:
    """Accept a code, good once. The caller has locked the account. Raise SecondFactorWrong."""
    app = _app(session, account_id)
    if app is None:
        raise SecondFactorWrong
    secret = encryptor.decrypt(app.sealed_secret, _owner(account_id))
    step = totp.time_step(secret, code, now())
    if step is None:
        raise SecondFactorWrong
    app.take(step)


def remove(session: Session, account_id: int, origin: Origin) -> None:
    """Remove the app. Raise AuthenticatorAppUnknown."""
    locks.account(session, account_id)
    app = _app(session, account_id)
    if app is None or app.confirmed_at is None:
        raise AuthenticatorAppUnknown
    session.delete(app)
    second_factors.factor_removed(session, account_id, SecondFactorKind.AUTHENTICATOR_APP, origin)


def encrypt_again(session: Session, encryptor: Encryptor) -> int:
    """Encrypt with the newest key all secrets encrypted with another. Return their number."""
    # Locked: a secret must not be replaced between its decryption and its new encryption.

    old = [
        app
        for app in session.scalars(select(AuthenticatorApp).with_for_update())
        if not encryptor.uses_newest_key(app.sealed_secret)
    ]
    for app in old:
        owner = _owner(app.account_id)
        app.sealed_secret = encryptor.encrypt(encryptor.decrypt(app.sealed_secret, owner), owner)
    return len(old)


def _app(session: Session, account_id: int) -> AuthenticatorApp | None:
    return session.scalar(select(AuthenticatorApp).where(AuthenticatorApp.account_id == account_id))


def _owner(account_id: int) -> str:
    # Authenticated with the secret: copied to another account's row, it cannot be decrypted.
    return f"authenticator app of account {account_id}"
