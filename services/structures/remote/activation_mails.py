"""Activation mails, sent by identity: requested in this service's own name, for a manager (A-06)."""

from typing import Protocol

import structlog

from chassis.calls.internal_client import Credentials, InternalClient, RemoteRefusal
from chassis.ground.problems import Refusal, Unavailable
from services.structures.errors.accounts import AccountAlreadyActive, AccountNotPending, MailAskedTooSoon

PATH = "/internal/activation-mails"

log = structlog.get_logger()


class ActivationMails(Protocol):
    """Port to the service that sends activation mails."""

    def request(self, account_id: int, *, manager_id: int) -> None:
        """Request a mail to `account_id` in the name of the manager's account `manager_id`.

        Raises AccountAlreadyActive, MailAskedTooSoon, or AccountNotPending for an account that is gone. Raises
        Unavailable without an answer: the mail may have been sent, or not.
        """


class ActivationMailsOfIdentity:
    """Adapter that asks identity over HTTP."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        self._url = url
        self._credentials = credentials

    def request(self, account_id: int, *, manager_id: int) -> None:
        # A client keeps one connection and belongs to one thread. These calls are rare and come from any thread, so
        # each has a client of its own.
        identity = InternalClient(self._url, self._credentials)
        try:
            identity.post(PATH, json={"account_id": account_id, "asked_by": manager_id})
        except RemoteRefusal as refusal:
            raise _translate(refusal) from refusal


def _translate(refusal: RemoteRefusal) -> Refusal:
    """Return this service's refusal for identity's.

    A code without a counterpart is a fault between the two services, and not the manager's: it becomes Unavailable.
    """
    match refusal.code:
        case AccountAlreadyActive.code:
            return AccountAlreadyActive()
        case MailAskedTooSoon.code:
            return MailAskedTooSoon(refusal.retry_after)
        case "account_unknown":
            return AccountNotPending()
    log.error("identity refuses to send an activation mail", status=refusal.status, code=refusal.code)
    return Unavailable()
