"""An authenticator app: begun, confirmed by its first code, used, removed (A-14)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity import authenticator_apps, errors
from services.identity.models import ENROLMENT_VALIDITY, AuthenticatorApp, Origin, SecondFactorKind
from services.identity.sealing import Sealer
from services.identity.use_cases.second_factors import factor_added, factor_removed, own_account


@dataclass(frozen=True, repr=False)
class BegunApp:
    secret: str
    address: str
    """For a QR code; it holds the secret."""
    expires_at: datetime


def begin_authenticator_app(session: Session, account_id: int, sealer: Sealer) -> BegunApp:
    """Replaces one that was begun and not confirmed. Raises AuthenticatorAppExists."""
    account, found, at = own_account(session, account_id), _app(session, account_id), now()
    if found is not None:
        found.must_not_be_confirmed()
        session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.id == found.id))
    secret = authenticator_apps.new_secret()
    session.add(
        AuthenticatorApp(account_id=account_id, sealed_secret=sealer.seal(secret, _owner(account_id)), begun_at=at)
    )
    return BegunApp(secret, authenticator_apps.address_of(secret, account.login_email), at + ENROLMENT_VALIDITY)


def confirm_authenticator_app(
    session: Session, account_id: int, code: str, sealer: Sealer, origin: Origin
) -> list[str]:
    """The recovery codes, if it is the first second factor. Raises AuthenticatorAppNotBegun, AuthenticatorAppExists or
    CodeWrong."""
    own_account(session, account_id)
    app, at = _app(session, account_id), now()
    if app is None:
        raise errors.AuthenticatorAppNotBegun
    app.must_wait_for_its_first_code(at)
    step = authenticator_apps.step_of(sealer.open(app.sealed_secret, _owner(account_id)), code, at)
    if step is None:
        raise errors.CodeWrong(field="code")
    app.confirm(step, at)
    return factor_added(session, account_id, SecondFactorKind.AUTHENTICATOR_APP, origin)


def use_authenticator_app(session: Session, account_id: int, code: str, sealer: Sealer) -> None:
    """For an account that is locked: a code is good once. Raises SecondFactorWrong."""
    app = _app(session, account_id)
    if app is None:
        raise errors.SecondFactorWrong
    secret = sealer.open(app.sealed_secret, _owner(account_id))
    step = authenticator_apps.step_of(secret, code, now())
    if step is None:
        raise errors.SecondFactorWrong
    app.take(step)


def remove_authenticator_app(session: Session, account_id: int, origin: Origin) -> None:
    """Raises AuthenticatorAppUnknown."""
    own_account(session, account_id)
    app = _app(session, account_id)
    if app is None or app.confirmed_at is None:
        raise errors.AuthenticatorAppUnknown
    session.delete(app)
    factor_removed(session, account_id, SecondFactorKind.AUTHENTICATOR_APP, origin)


def seal_again(session: Session, sealer: Sealer) -> int:
    """With the newest key, whatever another has sealed; how many they were."""
    old = [
        app
        for app in session.scalars(select(AuthenticatorApp).with_for_update())
        if not sealer.is_newest(app.sealed_secret)
    ]
    for app in old:
        owner = _owner(app.account_id)
        app.sealed_secret = sealer.seal(sealer.open(app.sealed_secret, owner), owner)
    return len(old)


def _app(session: Session, account_id: int) -> AuthenticatorApp | None:
    return session.scalar(select(AuthenticatorApp).where(AuthenticatorApp.account_id == account_id))


def _owner(account_id: int) -> str:
    return f"authenticator app of account {account_id}"
