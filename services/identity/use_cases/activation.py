"""From a link that the notifier asks for to an account that can sign in (A-05, A-07)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.database import now
from chassis.events import record
from services.identity import errors, opaque_tokens
from services.identity.models import Account, ActivationLink, Credentials, Happening, Origin
from services.identity.use_cases.history import remember
from services.identity.use_cases.shared import locked_account


@dataclass(frozen=True, repr=False)
class IssuedLink:
    token: str
    expires_at: datetime


def issue_activation_link(session: Session, account_id: int, validity: timedelta) -> IssuedLink:
    """For the notifier, at the moment when it sends the mail (A-05). Raises AccountUnknown, AccountAlreadyActive."""
    account, at = locked_account(session, Account.id == account_id), now()
    if account is None:
        raise errors.AccountUnknown
    account.must_be_pending()
    standing = ActivationLink.account_id == account_id, ActivationLink.superseded_at.is_(None)
    for earlier in session.scalars(select(ActivationLink).where(*standing)):
        earlier.supersede(at)
    issued = IssuedLink(opaque_tokens.new_token(), at + validity)
    token_hash = opaque_tokens.fingerprint(issued.token)
    session.add(
        ActivationLink(account_id=account_id, token_hash=token_hash, issued_at=at, expires_at=issued.expires_at)
    )
    return issued


def activate(session: Session, token: str, chosen: Credentials, origin: Origin) -> None:
    """Raises ActivationLinkUnknown, …Used, …Superseded or …Expired: of two activations at once, one."""
    token_hash, at = opaque_tokens.fingerprint(token), now()
    owner = select(ActivationLink.account_id).where(ActivationLink.token_hash == token_hash)
    account = locked_account(session, Account.id.in_(owner))
    if account is None:
        raise errors.ActivationLinkUnknown
    session.scalars(select(ActivationLink).where(ActivationLink.token_hash == token_hash)).one().use(at)
    account.activate(chosen, at)
    record(session, "identity.account_activated.v1", {"account_id": account.id})
    remember(session, account.id, Happening.ACTIVATED, origin)
