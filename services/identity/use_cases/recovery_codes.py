"""Recovery codes: created with the first second factor, renewed, used (A-14)."""

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.second_factors import RecoveryCodeWrong
from services.identity.factors import recovery_code_format
from services.identity.models.history import Happening, Origin
from services.identity.models.second_factors import RecoveryCode
from services.identity.tokens import opaque_tokens
from services.identity.use_cases import account_events, history


def create_first(session: Session, account_id: int) -> list[str]:
    """Return new codes; an empty list if the account has some, used or not, and those stay as they are."""
    some = exists().where(RecoveryCode.account_id == account_id)
    return [] if session.scalar(select(some)) else replace(session, account_id)


def replace(session: Session, account_id: int) -> list[str]:
    """Return new codes, in place of all others of the account."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = recovery_code_format.new_codes()
    hashes = [opaque_tokens.fingerprint(recovery_code_format.normalised(code)) for code in codes]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=code_hash) for code_hash in hashes)
    return codes


def use(session: Session, account_id: int, code: str, origin: Origin) -> None:
    """Use up a code. The caller has locked the account. Raise RecoveryCodeWrong."""
    code_hash = opaque_tokens.fingerprint(recovery_code_format.normalised(code))
    own = RecoveryCode.account_id == account_id, RecoveryCode.code_hash == code_hash
    recovery_code = session.scalar(select(RecoveryCode).where(*own))
    if recovery_code is None:
        raise RecoveryCodeWrong
    recovery_code.use(now())
    session.flush()
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    left = session.scalars(select(func.count()).select_from(RecoveryCode).where(*unused)).one()
    facts = {**account_events.safety_facts(account_id, origin), "left": left}
    record(session, "identity.recovery_code_used.v1", facts)
    history.remember(session, account_id, Happening.RECOVERY_CODE_USED, origin)
