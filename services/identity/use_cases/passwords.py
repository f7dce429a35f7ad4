"""What happens to a password that its holder does not see (A-08)."""

from sqlalchemy.orm import Session

from services.identity.use_cases.shared import locked_account_of_number


def rehash_password(session: Session, account_id: int, earlier_hash: str, password_hash: str) -> None:
    """With the parameters of today, at sign-in, which is when the password is known."""
    locked_account_of_number(session, account_id).rehash_password(earlier_hash, password_hash)
