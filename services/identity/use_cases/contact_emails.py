"""Contact e-mails: wanted, confirmed from themselves, announced to the earlier one (A-16)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.my_account import ContactEmailAskedTooOften
from services.identity.models.accounts import Account
from services.identity.models.contact_email_links import ContactEmailLink
from services.identity.models.contact_emails import DAY
from services.identity.models.history import Happening, HistoryEntry, Origin
from services.identity.use_cases import account_events, account_holder, history, links, locks
from services.identity.use_cases.account_holder import Holder

AWAITED, EFFECTIVE = "awaited_contact_email", "contact_email"


def fields_of(account: Account, changes: Mapping[str, object]) -> Mapping[str, object]:
    """Return the changes as fields of the account: a contact e-mail that is not proved is awaited."""
    if EFFECTIVE not in changes:
        return changes
    others = {name: value for name, value in changes.items() if name != EFFECTIVE}
    return others | account.wanting_contact_email(str(changes[EFFECTIVE]))


def leads_notices_away(account: Account, changed: frozenset[str]) -> bool:
    """Return whether what changed sends notices elsewhere, now or once confirmed; a withdrawal does not."""
    return EFFECTIVE in changed or (AWAITED in changed and account.awaited_contact_email is not None)


def follow_up(session: Session, account: Account, changed: frozenset[str], previous: str, origin: Origin) -> None:
    """Have mails sent about what changed. Raise ContactEmailAskedTooOften."""
    if AWAITED in changed:
        links.supersede(session, ContactEmailLink, account.id, now())
    if EFFECTIVE in changed:
        _tell_change(session, account, previous, origin)
    elif AWAITED in changed and account.awaited_contact_email is None:
        history.remember(session, account.id, Happening.CONTACT_EMAIL_WITHDRAWN, origin)
    elif AWAITED in changed:
        _request_mail(session, account, origin)
        # The address in force hears of it before anything changes: a thief of the session may have asked.
        payload = {**account_events.safety_facts(account.id, origin), "contact_email": account.contact_email}
        record(session, "identity.contact_email_change_requested.v1", payload)


def request_again(session: Session, holder: Holder, origin: Origin) -> None:
    """Have the confirmation mail sent again.

    Raise SessionEnded, NoContactEmailAwaited, MailAskedTooSoon or ContactEmailAskedTooOften.
    """
    _request_mail(session, account_holder.lock_account(session, holder), origin, again=True)


def request_at_activation(session: Session, account: Account, allowed: str | None, origin: Origin) -> None:
    """Have the mail sent that a sign-up may not cause, if the account awaits the address that may be written to."""
    # Whoever activates is not refused for it: the mail can be asked for again.
    if allowed is not None and account.awaited_contact_email == allowed:
        with suppress(ContactEmailAskedTooOften):
            _request_mail(session, account, origin)


def withdraw(session: Session, holder: Holder, origin: Origin) -> None:
    """Keep the contact e-mail that is in force. Raise SessionEnded or NoContactEmailAwaited."""
    account = account_holder.lock_account(session, holder)
    account.must_await_contact_email()
    account.forget_awaited_contact_email()
    links.supersede(session, ContactEmailLink, account.id, now())
    history.remember(session, account.id, Happening.CONTACT_EMAIL_WITHDRAWN, origin)


def confirm(session: Session, token: str, origin: Origin) -> None:
    """Change the contact e-mail by the link mailed to it.

    Raise ContactEmailLinkUnknown, …Expired, …Used, …Superseded or AccountNotActive.
    """
    account, link = locks.link(session, ContactEmailLink, token)
    previous = account.contact_email
    link.confirm(account, now())
    _tell_change(session, account, previous, origin)
    record(session, "identity.account_changed.v1", account_events.person_facts(account))


def confirm_by_login_email(session: Session, account: Account, origin: Origin) -> None:
    """Adopt the awaited address that has just been proved as the login e-mail, if it is the same."""
    if not account.awaits_its_login_email():
        return
    previous = account.contact_email
    account.adopt_awaited_contact_email()
    links.supersede(session, ContactEmailLink, account.id, now())
    _tell_change(session, account, previous, origin)


def _tell_change(session: Session, account: Account, previous: str, origin: Origin) -> None:
    payload = {**account_events.safety_facts(account.id, origin), "previous_contact_email": previous}
    record(session, "identity.contact_email_changed.v1", payload)
    history.remember(session, account.id, Happening.CONTACT_EMAIL_CHANGED, origin)


def _request_mail(session: Session, account: Account, origin: Origin, *, again: bool = False) -> None:
    at = now()
    account.request_confirmation(at, _asked_since(session, account.id, at - DAY), again=again)
    payload = {"account_id": account.id, "request": account.contact_email_request}
    record(session, "identity.contact_email_link_requested.v1", payload)
    history.remember(session, account.id, Happening.CONTACT_EMAIL_ASKED, origin)


def _asked_since(session: Session, account_id: int, since: datetime) -> Sequence[datetime]:
    requests = (
        HistoryEntry.account_id == account_id,
        HistoryEntry.what == Happening.CONTACT_EMAIL_ASKED,
        HistoryEntry.happened_at > since,
    )
    newest_first = HistoryEntry.happened_at.desc()
    return session.scalars(select(HistoryEntry.happened_at).where(*requests).order_by(newest_first)).all()
