"""Client of the espaces service: the catalogue, openings, subscriptions, the menu and the access check."""

from collections.abc import Mapping, Sequence

from gateway.clients.answers.espaces import (
    Access,
    Accesses,
    Catalogue,
    ManagedSubscriptionPage,
    Menu,
    Opening,
    StructureEspaces,
    SubscriptionPage,
    Subscriptions,
)
from gateway.clients.service_client import ServiceClient, expand_path, without_empty

STRUCTURE = "/structures/{structure_id}"


class EspacesClient(ServiceClient):
    service = "espaces"

    def catalogue(self) -> Catalogue:
        return self.get("/catalogue", Catalogue)

    def of_structure(self, structure_id: int) -> StructureEspaces:
        """Return every espace of the catalogue with its opening on the structure, or why there can be none."""
        return self.get(expand_path(f"{STRUCTURE}/espaces", structure_id=structure_id), StructureEspaces)

    def open(
        self, structure_id: int, espace: str, permissions: Sequence[str], options: Mapping[str, str] | None = None
    ) -> Opening:
        path = expand_path(f"{STRUCTURE}/openings", structure_id=structure_id)
        body = {"espace": espace, "permissions": list(permissions), "options": dict(options or {})}
        return self.post(path, body, answer=Opening)

    def my_subscriptions(self, after: str | None = None, limit: int | None = None) -> SubscriptionPage:
        return self.get("/subscriptions", SubscriptionPage, without_empty({"after": after, "limit": limit}))

    def subscribe(self, request: Mapping[str, object]) -> Subscriptions:
        """Request one subscription per permission.

        `request`: structure_id, espace, permissions, requested_on (ISO 8601) and, optionally, comment.
        """
        return self.post("/subscriptions", without_empty(request), answer=Subscriptions)

    def subscriptions_of(
        self, structure_id: int, status: str | None = None, after: str | None = None, limit: int | None = None
    ) -> ManagedSubscriptionPage:
        """Return the subscriptions on a structure to its managers, each with its person."""
        path = expand_path(f"{STRUCTURE}/subscriptions", structure_id=structure_id)
        query = without_empty({"status": status, "after": after, "limit": limit})
        return self.get(path, ManagedSubscriptionPage, query)

    def decide_subscriptions(
        self, subscription_ids: Sequence[int], decision: str, reason: str | None = None
    ) -> Subscriptions:
        """Decide all of the subscriptions, or none when one cannot be. `decision`: APPROVE, or REFUSE with a reason."""
        body = without_empty({"subscription_ids": list(subscription_ids), "decision": decision, "reason": reason})
        return self.post("/subscriptions/decisions", body, answer=Subscriptions)

    def remove_subscriptions(self, subscription_ids: Sequence[int]) -> Subscriptions:
        return self.post("/subscriptions/removals", {"subscription_ids": list(subscription_ids)}, answer=Subscriptions)

    def menu(self) -> Menu:
        return self.get("/menu", Menu)

    def access(self, account_id: int, structure_id: int, espace: str, permission: str) -> Access:
        check = {
            "account_id": account_id,
            "structure_id": structure_id,
            "espace": espace,
            "permission": permission,
        }
        return self.get("/access", Access, check)

    def accesses(self, checks: Sequence[Mapping[str, object]]) -> Accesses:
        """Return one answer per check, in their order."""
        return self.post("/access/checks", {"checks": [dict(check) for check in checks]}, answer=Accesses)
