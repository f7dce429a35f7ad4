"""The structures service: the directory, structures, attachments."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gateway.clients.answers import (
    Attachment,
    Establishment,
    Items,
    Page,
    PublicStructure,
    Structure,
    StructureSummary,
)
from gateway.clients.base import ServiceClient, given, path

Criteria = Mapping[str, Any]
"""name, identifier, identifier_type, label, status, is_public, postcode, town, country, after, limit: all optional."""


class StructuresClient(ServiceClient):
    service = "structures"

    def establishment(self, siret: str) -> Establishment:
        return cast(Establishment, self.get(path("/directory/establishments/{siret}", siret=siret)))

    def search(self, criteria: Criteria) -> Page[Structure]:
        return cast(Page[Structure], self.get("/structures", given(criteria)))

    def search_public(self, criteria: Criteria) -> Page[PublicStructure]:
        """Public structures, for someone who need not be signed in (S-03)."""
        return cast(Page[PublicStructure], self.get("/public-structures", given(criteria), public=True))

    def create(self, structure: Mapping[str, Any]) -> Structure:
        return cast(Structure, self.post("/structures", dict(structure)))

    def structure(self, structure_id: int) -> Structure:
        return cast(Structure, self.get(path("/structures/{structure_id}", structure_id=structure_id)))

    def change(self, structure_id: int, changes: Mapping[str, Any]) -> Structure:
        changed = self.patch(path("/structures/{structure_id}", structure_id=structure_id), dict(changes))
        return cast(Structure, changed)

    def request_attachment(self, structure_id: int, comment: str | None = None) -> Attachment:
        where = path("/structures/{structure_id}/attachments", structure_id=structure_id)
        return cast(Attachment, self.post(where, {"comment": comment} if comment else {}))

    def my_attachments(self, after: str | None = None, limit: int | None = None) -> Page[Attachment]:
        return cast(Page[Attachment], self.get("/attachments", given({"after": after, "limit": limit})))

    def attachments_of(
        self, structure_id: int, status: str | None = None, after: str | None = None, limit: int | None = None
    ) -> Page[Attachment]:
        """For the managers of the structure; each with its person."""
        where = path("/structures/{structure_id}/attachments", structure_id=structure_id)
        return cast(Page[Attachment], self.get(where, given({"status": status, "after": after, "limit": limit})))

    def decide_attachments(
        self, attachment_ids: Sequence[int], decision: str, reason: str | None = None
    ) -> Items[Attachment]:
        """`decision` is APPROVE or REFUSE, which needs a reason; all of them, or none when one cannot be decided."""
        body = given({"attachment_ids": list(attachment_ids), "decision": decision, "reason": reason})
        return cast(Items[Attachment], self.post("/attachments/decisions", body))

    def send_activation_mail(self, attachment_id: int) -> None:
        """Again, to the person behind the attachment."""
        self.post(path("/attachments/{attachment_id}/activation-mail", attachment_id=attachment_id))

    def managed_alone(self) -> Items[StructureSummary]:
        """Active structures that nobody would manage without this person: none, or their account is not erased."""
        return cast(Items[StructureSummary], self.get("/personal-data/obstacles"))

    def cancel_attachment(self, attachment_id: int) -> None:
        self.delete(path("/attachments/{attachment_id}", attachment_id=attachment_id))
