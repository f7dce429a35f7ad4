"""Second factors as a whole: what an account has, what follows when one comes or goes, and their reset (A-14)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity import errors
from services.identity.models import (
    Account,
    AuthenticatorApp,
    Happening,
    Origin,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SecondFactorKind,
    SecondFactors,
    SecondStep,
)
from services.identity.use_cases.history import remember
from services.identity.use_cases.recovery_codes import first_recovery_codes, new_recovery_codes
from services.identity.use_cases.shared import locked_account

KEPT_FOR_FACTORS = (AuthenticatorApp, RecoveryCode, Passkey, PasskeyChallenge, SecondStep)


def second_factors(session: Session, account_id: int) -> SecondFactors:
    confirmed = AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None)
    codes = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    passkeys = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    return SecondFactors(
        session.scalar(select(AuthenticatorApp).where(*confirmed)),
        list(session.scalars(passkeys)),
        len(session.scalars(select(RecoveryCode.id).where(*codes)).all()),
    )


def own_account(session: Session, account_id: int) -> Account:
    """One's own account, kept from others: what is done to its second factors is done one after the other."""
    account = locked_account(session, Account.id == account_id)
    if account is None:
        raise errors.AccountUnknown
    return account


def factor_added(session: Session, account_id: int, kind: SecondFactorKind, origin: Origin) -> list[str]:
    """Told and remembered; the recovery codes that come with the first."""
    record(session, "identity.second_factor_added.v1", {"account_id": account_id, "kind": kind})
    remember(session, account_id, Happening(f"{kind}_added"), origin)
    return first_recovery_codes(session, account_id)


def factor_removed(session: Session, account_id: int, kind: SecondFactorKind, origin: Origin) -> None:
    """Told and remembered; recovery codes go with the last."""
    record(session, "identity.second_factor_removed.v1", {"account_id": account_id, "kind": kind})
    remember(session, account_id, Happening(f"{kind}_removed"), origin)
    session.flush()
    if not second_factors(session, account_id).exist:
        forget_second_factors(session, account_id)


def renew_recovery_codes(session: Session, account_id: int, origin: Origin) -> list[str]:
    """The old codes are good for nothing any more. Raises NoSecondFactor."""
    own_account(session, account_id)
    second_factors(session, account_id).must_exist()
    record(session, "identity.recovery_codes_renewed.v1", {"account_id": account_id})
    remember(session, account_id, Happening.RECOVERY_CODES_RENEWED, origin)
    return new_recovery_codes(session, account_id)


def reset_second_factors(session: Session, account: Account, origin: Origin, *, done_by: int | None = None) -> None:
    """For an operator, whom the holder has asked for it. Raises NoSecondFactor."""
    own_account(session, account.id)
    second_factors(session, account.id).must_exist()
    forget_second_factors(session, account.id)
    record(session, "identity.second_factors_reset.v1", {"account_id": account.id})
    remember(session, account.id, Happening.SECOND_FACTORS_RESET, origin, done_by=done_by)


def forget_second_factors(session: Session, account_id: int) -> None:
    for table in KEPT_FOR_FACTORS:
        session.execute(delete(table).where(table.account_id == account_id))
