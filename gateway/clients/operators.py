"""The part of identity that operators have: the accounts of others."""

from collections.abc import Mapping
from typing import Any, cast

from gateway.clients.answers import Page
from gateway.clients.base import ServiceClient, given, path
from gateway.clients.history_answers import HistoryEntry, KnownAccount

ACCOUNT = "/operator/accounts/{account_id}"


class OperatorsClient(ServiceClient):
    def search_accounts(self, criteria: Mapping[str, Any]) -> Page[KnownAccount]:
        """The newest first. `criteria`: email, name, account_id, status, after: all optional."""
        return cast(Page[KnownAccount], self.get("/operator/accounts", given(criteria)))

    def account_of(self, account_id: int) -> KnownAccount:
        """Its history says who looked."""
        return cast(KnownAccount, self.get(path(ACCOUNT, account_id=account_id)))

    def history_of(self, account_id: int, **query: Any) -> Page[HistoryEntry]:
        where = path(f"{ACCOUNT}/history", account_id=account_id)
        return cast(Page[HistoryEntry], self.get(where, given(query)))

    def send_activation_again(self, account_id: int) -> None:
        self.post(path(f"{ACCOUNT}/activation-mail", account_id=account_id))

    def deactivate_account(self, account_id: int) -> None:
        self.post(path(f"{ACCOUNT}/deactivation", account_id=account_id))

    def reactivate_account(self, account_id: int) -> None:
        self.post(path(f"{ACCOUNT}/reactivation", account_id=account_id))

    def reset_second_factors(self, account_id: int) -> None:
        self.post(path(f"{ACCOUNT}/second-factors-reset", account_id=account_id))
