"""Second factors that an account has (A-14)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.models.second_factors import AuthenticatorApp, Passkey, RecoveryCode, SecondFactors


def of(session: Session, account_id: int) -> SecondFactors:
    confirmed = AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None)
    codes = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    passkeys = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    return SecondFactors(
        session.scalar(select(AuthenticatorApp).where(*confirmed)),
        list(session.scalars(passkeys)),
        len(session.scalars(select(RecoveryCode.id).where(*codes)).all()),
    )
