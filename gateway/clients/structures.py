"""Client of the structures service: the directory, structures, attachments."""

from collections.abc import Mapping, Sequence

from gateway.clients.answers.structures import (
    Attachment,
    AttachmentPage,
    DecidedAttachments,
    Establishment,
    ManagedAttachmentPage,
    Obstacles,
    PublicStructurePage,
    Structure,
    StructurePage,
)
from gateway.clients.service_client import ServiceClient, expand_path, without_empty

Criteria = Mapping[str, object]
"""name, identifier, identifier_type, label, status, is_public, postcode, town, country, after, limit: all optional."""
STRUCTURE = "/structures/{structure_id}"
ATTACHMENT = "/attachments/{attachment_id}"


class StructuresClient(ServiceClient):
    service = "structures"

    def establishment(self, siret: str) -> Establishment:
        return self.get(expand_path("/directory/establishments/{siret}", siret=siret), Establishment)

    def search(self, criteria: Criteria) -> StructurePage:
        return self.get("/structures", StructurePage, without_empty(criteria))

    def search_public(self, criteria: Criteria) -> PublicStructurePage:
        """Return public structures, also to a person who is not signed in (S-03)."""
        return self.get("/public-structures", PublicStructurePage, without_empty(criteria), public=True)

    def create(self, structure: Mapping[str, object]) -> Structure:
        return self.post("/structures", structure, answer=Structure)

    def structure(self, structure_id: int) -> Structure:
        return self.get(expand_path(STRUCTURE, structure_id=structure_id), Structure)

    def structure_with_version(self, structure_id: int) -> tuple[Structure, str]:
        return self.get_with_version(expand_path(STRUCTURE, structure_id=structure_id), Structure)

    def change(self, structure_id: int, changes: Mapping[str, object], version: str) -> Structure:
        """Change the structure, unless it is another `version` by now."""
        return self.patch(expand_path(STRUCTURE, structure_id=structure_id), changes, Structure, version=version)

    def request_attachment(self, structure_id: int, comment: str | None = None) -> Attachment:
        path = expand_path(f"{STRUCTURE}/attachments", structure_id=structure_id)
        return self.post(path, {"comment": comment} if comment else {}, answer=Attachment)

    def my_attachments(self, after: str | None = None, limit: int | None = None) -> AttachmentPage:
        return self.get("/attachments", AttachmentPage, without_empty({"after": after, "limit": limit}))

    def attachments_of(
        self, structure_id: int, status: str | None = None, after: str | None = None, limit: int | None = None
    ) -> ManagedAttachmentPage:
        """Return the attachments of a structure to its managers, each with its person."""
        path = expand_path(f"{STRUCTURE}/attachments", structure_id=structure_id)
        query = without_empty({"status": status, "after": after, "limit": limit})
        return self.get(path, ManagedAttachmentPage, query)

    def decide_attachments(
        self, attachment_ids: Sequence[int], decision: str, reason: str | None = None
    ) -> DecidedAttachments:
        """Decide all of the attachments, or none when one cannot be. `decision`: APPROVE, or REFUSE with a reason."""
        body = without_empty({"attachment_ids": list(attachment_ids), "decision": decision, "reason": reason})
        return self.post("/attachments/decisions", body, answer=DecidedAttachments)

    def send_activation_mail(self, attachment_id: int) -> None:
        """Send the activation mail again to the person of an attachment (A-06)."""
        self.post(expand_path(f"{ATTACHMENT}/activation-mail", attachment_id=attachment_id))

    def managed_alone(self) -> Obstacles:
        """Return the active structures with no other manager: while there are any, the account is not erased."""
        return self.get("/personal-data/obstacles", Obstacles)

    def cancel_attachment(self, attachment_id: int) -> None:
        self.delete(expand_path(ATTACHMENT, attachment_id=attachment_id))
