"""The espaces service: the catalogue, openings, subscriptions, the menu and the access check."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gateway.clients.answers import (
    Access,
    Espace,
    Items,
    MenuEntry,
    Opening,
    Page,
    StructureEspace,
    Subscription,
)
from gateway.clients.base import ServiceClient, given, path


class EspacesClient(ServiceClient):
    service = "espaces"

    def catalogue(self) -> Items[Espace]:
        return cast(Items[Espace], self.get("/catalogue"))

    def of_structure(self, structure_id: int) -> Items[StructureEspace]:
        """Each espace of the catalogue, with its opening on the structure or why it cannot be opened there."""
        where = path("/structures/{structure_id}/espaces", structure_id=structure_id)
        return cast(Items[StructureEspace], self.get(where))

    def open(
        self, structure_id: int, espace: str, permissions: Sequence[str], options: Mapping[str, str] | None = None
    ) -> Opening:
        where = path("/structures/{structure_id}/openings", structure_id=structure_id)
        body = {"espace": espace, "permissions": list(permissions), "options": dict(options or {})}
        return cast(Opening, self.post(where, body))

    def my_subscriptions(self, after: str | None = None, limit: int | None = None) -> Page[Subscription]:
        return cast(Page[Subscription], self.get("/subscriptions", given({"after": after, "limit": limit})))

    def subscribe(self, request: Mapping[str, Any]) -> Items[Subscription]:
        """`request`: structure_id, espace, permissions, requested_on, comment; one subscription per permission."""
        return cast(Items[Subscription], self.post("/subscriptions", given(request)))

    def subscriptions_of(
        self, structure_id: int, status: str | None = None, after: str | None = None, limit: int | None = None
    ) -> Page[Subscription]:
        """For the managers of the structure; each with its person."""
        where = path("/structures/{structure_id}/subscriptions", structure_id=structure_id)
        return cast(Page[Subscription], self.get(where, given({"status": status, "after": after, "limit": limit})))

    def decide_subscriptions(
        self, subscription_ids: Sequence[int], decision: str, reason: str | None = None
    ) -> Items[Subscription]:
        """`decision` is APPROVE or REFUSE, which needs a reason; all of them, or none when one cannot be decided."""
        body = given({"subscription_ids": list(subscription_ids), "decision": decision, "reason": reason})
        return cast(Items[Subscription], self.post("/subscriptions/decisions", body))

    def remove_subscriptions(self, subscription_ids: Sequence[int]) -> Items[Subscription]:
        body = {"subscription_ids": list(subscription_ids)}
        return cast(Items[Subscription], self.post("/subscriptions/removals", body))

    def menu(self) -> Items[MenuEntry]:
        return cast(Items[MenuEntry], self.get("/menu"))

    def access(self, account_id: int, structure_id: int, espace: str, permission: str) -> Access:
        question = {
            "account_id": account_id,
            "structure_id": structure_id,
            "espace": espace,
            "permission": permission,
        }
        return cast(Access, self.get("/access", question))

    def accesses(self, checks: Sequence[Mapping[str, Any]]) -> Items[Access]:
        """One answer per check, in their order."""
        return cast(Items[Access], self.post("/access/checks", {"checks": [dict(check) for check in checks]}))
