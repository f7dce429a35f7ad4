"""What happens to a password that its holder does not see (A-08)."""

from sqlalchemy.orm import Session

from services.identity.use_cases.shared import locked_account_of_number


def confirm_password(session: Session, account_id: int, checked_hash: str, fresh_hash: str | None) -> None:
    """Between a password's check, which is slow and outside of any transaction, and what it opens. Raises
    WrongCredentials when the password was changed meanwhile; keeps `fresh_hash`, if any, in place of the old."""
    locked_account_of_number(session, account_id).confirm_password(checked_hash, fresh_hash)
