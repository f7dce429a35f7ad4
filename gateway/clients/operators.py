"""Client of identity's routes for operators: the accounts of others."""

from collections.abc import Mapping

from gateway.clients.answers.identity import KnownAccount, KnownAccountPage, OperatorsHistoryEntryPage
from gateway.clients.service_client import ServiceClient, expand_path, without_empty

ACCOUNT = "/operator/accounts/{account_id}"


class OperatorsClient(ServiceClient):
    def search_accounts(self, criteria: Mapping[str, object]) -> KnownAccountPage:
        """Return accounts, the newest first. `criteria`: email, name, account_id, status, after, all optional."""
        return self.get("/operator/accounts", KnownAccountPage, without_empty(criteria))

    def account_of(self, account_id: int) -> KnownAccount:
        """Return an account; its history records that this operator has looked at it."""
        return self.get(expand_path(ACCOUNT, account_id=account_id), KnownAccount)

    def history_of(self, account_id: int, after: str | None = None) -> OperatorsHistoryEntryPage:
        path = expand_path(f"{ACCOUNT}/history", account_id=account_id)
        return self.get(path, OperatorsHistoryEntryPage, without_empty({"after": after}))

    def send_activation_again(self, account_id: int) -> None:
        self.post(expand_path(f"{ACCOUNT}/activation-mail", account_id=account_id))

    def deactivate_account(self, account_id: int) -> None:
        self.post(expand_path(f"{ACCOUNT}/deactivation", account_id=account_id))

    def reactivate_account(self, account_id: int) -> None:
        self.post(expand_path(f"{ACCOUNT}/reactivation", account_id=account_id))

    def reset_second_factors(self, account_id: int) -> None:
        self.post(expand_path(f"{ACCOUNT}/second-factors-reset", account_id=account_id))
