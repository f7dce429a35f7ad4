"""The link of a mail, fetched when the mail is sent: a delayed mail never carries an expired link (A-05, A-09)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.calls.internal_client import InternalClient, RemoteRefusal
from chassis.ground.problems import Unavailable
from services.notifier.errors import Moot, TransientFault


@dataclass(frozen=True)
class LinkKind:
    issued_at: str
    """The path at identity that makes one."""
    page: str
    """The first part of the path in the portal that it leads to."""
    moot: str
    """The code of the refusal that says that nobody has any use for one."""


ACTIVATION = LinkKind("/internal/activation-links", "activation", moot="account_already_active")
RECOVERY = LinkKind("/internal/recovery-links", "recuperation", moot="account_not_active")

LOGIN_EMAIL = LinkKind("/internal/login-email-links", "adresse-de-connexion", moot="no_login_email_awaited")


@dataclass(frozen=True, repr=False)
class Link:
    """Lets whoever holds it choose the password of an account, or half of that: never stored, never logged."""

    url: str
    minutes: int
    """How long it is valid, from when it was made, a moment ago."""
    address: str | None = None
    """Where alone it may go, if that is none of the account's addresses yet."""


class Links(Protocol):
    def issue(self, kind: LinkKind, account_id: int) -> Link:
        """Raises TransientFault when there is none to be had now, Moot when nobody needs one any more."""


class LinksOfIdentity:
    """Each one replaces the earlier ones of its kind and account."""

    def __init__(self, identity: InternalClient, portal_url: str) -> None:
        self._identity = identity
        self._portal_url = portal_url.rstrip("/")

    def issue(self, kind: LinkKind, account_id: int) -> Link:
        try:
            issued = self._identity.post(kind.issued_at, json={"account_id": account_id})
        except Unavailable as error:
            raise TransientFault("identity does not answer") from error
        except RemoteRefusal as refusal:
            if refusal.code == kind.moot:
                raise Moot(kind.moot) from refusal
            raise TransientFault(f"identity issues no link: {refusal.code}") from refusal
        issued_at, expires_at = (datetime.fromisoformat(issued[moment]) for moment in ("issued_at", "expires_at"))
        url = f"{self._portal_url}/{kind.page}/{issued['token']}"
        return Link(url, round((expires_at - issued_at).total_seconds() / 60), issued.get("address"))
