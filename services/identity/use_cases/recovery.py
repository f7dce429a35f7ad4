"""Recovery of a forgotten password: a mailed link and the secret answer, neither of them enough alone (A-09).

It sets a new password and opens no session: an account with a second factor still needs it to sign in.
"""

from contextlib import suppress

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.accounts import MailAskedTooSoon
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.history import Happening, Origin
from services.identity.models.recovery_links import RecoveryLink
from services.identity.use_cases import account_events, history, locks, sessions


def request(session: Session, login_email: str, origin: Origin) -> None:
    """Have a recovery mail sent, at most every 5 minutes.

    An account that waits for its activation gets that mail instead, and a deactivated one a mail that says what it is.
    """
    # No refusal in any case: a stranger must not see whether the address has an account.
    account, at = locks.find_account(session, Account.login_email == login_email), now()
    if account is not None and account.status is AccountStatus.PENDING:
        account_events.request_mail(session, account, "identity.activation_requested.v1", at)
    elif account is not None:
        is_active = account.status is AccountStatus.ACTIVE
        event = "identity.recovery_requested.v1" if is_active else "identity.deactivated_account_asked_for.v1"
        with suppress(MailAskedTooSoon):
            account.ask_for_recovery(at)
            record(session, event, {"account_id": account.id})
            history.remember(session, account.id, Happening.RECOVERY_ASKED, origin)


def begin_try(session: Session, token: str) -> str | None:
    """Count a try, and return the hash of the right answer.

    The count must be committed before the answer is checked, whatever comes of it (A-11). Raise RecoveryLinkUnknown,
    …Used, …Superseded, …Expired, …Burnt or AccountNotActive.
    """
    account, link = locks.link(session, RecoveryLink, token)
    account.must_be_active()
    link.begin_try(now())
    return account.secret_answer_hash


def note_wrong_answer(session: Session, token: str, origin: Origin) -> bool:
    """End a try that was begun, as wrong. Return whether it burnt the link; the holder is told of that (A-11)."""
    account, link = locks.link(session, RecoveryLink, token)
    # Not checked again: a link that expired, or was used, while the answer was compared still counts it.
    link.answered_wrong(now())
    history.remember(session, account.id, Happening.RECOVERY_ANSWER_WRONG, origin)
    if link.burnt_at is None:
        return False
    record(session, "identity.recovery_link_burnt.v1", {"account_id": account.id})
    history.remember(session, account.id, Happening.RECOVERY_LINK_BURNT, origin)
    return True


def complete(session: Session, token: str, password_hash: str, origin: Origin) -> None:
    """End a try with the right answer: set the new password, and end every session (A-13).

    Raise the refusals of `begin_try`, also for the second of two recoveries at once.
    """
    account, link = locks.link(session, RecoveryLink, token)
    link.use(now())
    account.change_password(password_hash)
    sessions.end_all(session, account.id)
    record(session, "identity.password_changed.v1", account_events.safety_facts(account.id, origin))
    history.remember(session, account.id, Happening.PASSWORD_RECOVERED, origin)
