"""The recovery of a forgotten password: a mailed link and the secret answer, neither of them enough alone (A-09).

It gives a new password and no session: whoever has a second factor still needs it to sign in.
"""

from contextlib import suppress

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity import errors
from services.identity.models import Account, AccountStatus, Happening, Origin, RecoveryLink
from services.identity.use_cases.history import remember
from services.identity.use_cases.sessions import end_sessions
from services.identity.use_cases.shared import have_mail_sent, locked_account, locked_link


def ask_for_recovery(session: Session, login_email: str, origin: Origin) -> None:
    """Does the same for every address, as far as a stranger can see (A-10): an active account gets a recovery mail, one
    that waits for its activation the activation mail, at most every 5 minutes."""
    account, at = locked_account(session, Account.login_email == login_email), now()
    if account is not None and account.status is AccountStatus.PENDING:
        have_mail_sent(session, account, "identity.activation_requested.v1", at)
    elif account is not None:
        with suppress(errors.MailAskedTooSoon, errors.AccountNotActive):
            account.ask_for_recovery(at)
            record(session, "identity.recovery_requested.v1", {"account_id": account.id})
            remember(session, account.id, Happening.RECOVERY_ASKED, origin)


def begin_recovery_try(session: Session, token: str) -> str | None:
    """The hash of the right answer. The try is counted whatever comes of it, which must be committed before the answer
    is looked at (A-11). Raises RecoveryLinkUnknown, …Used, …Superseded, …Expired, …Burnt or AccountNotActive."""
    account, link = locked_link(session, RecoveryLink, token)
    account.must_be_active()
    link.begin_try(now())
    return account.secret_answer_hash


def note_wrong_answer(session: Session, token: str, origin: Origin) -> bool:
    """The end of a try that was begun. Whether it burnt the link, of which the holder is told (A-11)."""
    account, link = locked_link(session, RecoveryLink, token)
    link.answered_wrong(now())
    remember(session, account.id, Happening.RECOVERY_ANSWER_WRONG, origin)
    if link.burnt_at is None:
        return False
    record(session, "identity.recovery_link_burnt.v1", {"account_id": account.id})
    remember(session, account.id, Happening.RECOVERY_LINK_BURNT, origin)
    return True


def recover(session: Session, token: str, password_hash: str, origin: Origin) -> None:
    """The end of a try whose answer was right: the new password holds, and every session ends (A-13). Of two recoveries
    at once, one: raises what `begin_recovery_try` raises."""
    account, link = locked_link(session, RecoveryLink, token)
    link.use(now())
    account.change_password(password_hash)
    end_sessions(session, account.id)
    record(session, "identity.password_changed.v1", {"account_id": account.id})
    remember(session, account.id, Happening.PASSWORD_RECOVERED, origin)
