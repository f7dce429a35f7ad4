"""Activation mails, which identity sends: asked for in this service's own name, for a manager (A-06)."""

from typing import Protocol

import structlog

from chassis.calls.internal_client import Credentials, InternalClient, RemoteRefusal
from chassis.ground.problems import Refusal, Unavailable
from services.structures.errors import AccountAlreadyActive, AccountNotPending, MailAskedTooSoon

PATH = "/internal/activation-mails"

log = structlog.get_logger()


class ActivationMails(Protocol):
    def ask(self, account_id: int, *, asked_by: int) -> None:
        """`asked_by`: the manager's account. Raises AccountAlreadyActive or MailAskedTooSoon, AccountNotPending for an
        account that is none any more, and Unavailable when there is no answer: it may have been sent, or not."""


class ActivationMailsOfIdentity:
    def __init__(self, url: str, credentials: Credentials) -> None:
        self._url = url
        self._credentials = credentials

    def ask(self, account_id: int, *, asked_by: int) -> None:
        """On a connection of its own: it happens rarely, and in any thread."""
        identity = InternalClient(self._url, self._credentials)
        try:
            identity.post(PATH, json={"account_id": account_id, "asked_by": asked_by})
        except RemoteRefusal as refusal:
            raise _as_ours(refusal) from refusal


def _as_ours(refusal: RemoteRefusal) -> Refusal:
    """The same no, from this service. What it cannot be is a fault between the two services, none of the manager's."""
    match refusal.code:
        case AccountAlreadyActive.code:
            return AccountAlreadyActive()
        case MailAskedTooSoon.code:
            return MailAskedTooSoon(refusal.retry_after)
        case "account_unknown":
            return AccountNotPending()
    log.error("identity refuses to send an activation mail", status=refusal.status, code=refusal.code)
    return Unavailable()
