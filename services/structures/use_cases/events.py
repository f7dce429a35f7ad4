"""Payloads of the events that this service records."""

from services.structures.models import visibility
from services.structures.models.attachments import Attachment
from services.structures.models.structures import Structure


def structure_facts(structure: Structure) -> dict[str, object]:
    """Return the fields common to every event about a structure."""
    return {
        "structure_id": structure.id,
        "identifier_type": structure.identifier_type.value,
        "identifier": structure.identifier,
        "name": structure.name,
        "status": structure.status.value,
        "is_centre_de_gestion": structure.is_centre_de_gestion,
        "is_public": structure.is_public,
        "awaits_verification": structure.awaits_verification,
    }


def attachment_facts(attachment: Attachment) -> dict[str, object]:
    """Return the fields common to every event about an attachment."""
    return {
        "attachment_id": attachment.id,
        "structure_id": attachment.structure_id,
        # Mails go to people who are not attached yet, or no more: they read what everyone may.
        "structure_name": visibility.public_name(attachment.structure),
        "account_id": attachment.account_id,
    }
