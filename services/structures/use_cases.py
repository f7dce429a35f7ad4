"""What a person can do with structures and attachments, one function each. Transactions belong to the routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.structures import identifiers, queries
from services.structures.directory import Directory, Establishment
from services.structures.errors import (
    AttachmentExists,
    AttachmentUnknown,
    DirectoryUnavailable,
    SiretClosed,
    SiretNotInDirectory,
    SiretUnknown,
    StructureExists,
    StructureUnknown,
)
from services.structures.identifiers import IdentifierType
from services.structures.models import Attachment, Structure


def establishment(directory: Directory, siret: str, *, field: str | None = None) -> Establishment:
    """The active establishment of a SIRET. Raises SiretUnknown, SiretClosed or DirectoryUnavailable."""
    found = directory.find(siret)
    if found is None:
        raise SiretUnknown(field=field)
    if not found.is_active:
        raise SiretClosed(field=field)
    return found


def verify(directory: Directory, siret: str, *, admit_unknown: bool) -> Establishment | None:
    """S-05: None when the directory does not answer (or, in a sandbox, does not know): the structure stays unverified.

    Raises SiretNotInDirectory or SiretClosed.
    """
    try:
        return establishment(directory, siret, field="identifier")
    except DirectoryUnavailable:
        return None
    except SiretUnknown as error:
        if admit_unknown:
            return None
        raise SiretNotInDirectory(field="identifier") from error


def prepared(typed: Mapping[str, Any], *, admit_fictive_sirets: bool) -> dict[str, Any]:
    """The fields of a new structure, its numbers in their one spelling. Raises what they are refused for (S-06)."""
    kind = typed["identifier_type"]
    identifier = identifiers.parse(kind, typed["identifier"], admit_fictive_sirets=admit_fictive_sirets)
    return _with_one_vat_number({**typed, "identifier": identifier}, kind, identifier)


def create_structure(
    session: Session, account_id: int, new: Mapping[str, Any], found: Establishment | None
) -> Structure:
    """S-01, S-08. `new`: every field, as `prepared`; `found`: what the directory says of it.

    Raises StructureExists, also when two create it at once, or AccountErased.
    """
    queries.check_not_erased(session, account_id)
    structure = Structure(**new, verified=found is not None)
    if found is not None:
        structure.is_public = found.is_public
    attachment = structure.attach_creator(account_id)
    session.add_all([structure, attachment])
    try:
        session.flush()
    except IntegrityError as error:
        raise StructureExists(field="identifier") from error
    ids = {"attachment_id": attachment.id, "principal_manager_id": account_id}
    record(session, "structures.structure_created.v1", {**_facts(structure), **ids})
    return structure


def change_structure(session: Session, account_id: int, structure_id: int, changes: Mapping[str, Any]) -> Structure:
    """Raises StructureUnknown, NotAManager, or what the fields are refused for."""
    structure = _locked(session, structure_id)
    queries.manager(session, account_id, structure_id)
    structure.change(_with_one_vat_number(changes, structure.identifier_type, structure.identifier))
    session.flush()
    record(session, "structures.structure_changed.v1", {**_facts(structure), "changed_by": account_id})
    return structure


def request_attachment(session: Session, account_id: int, structure_id: int, comment: str) -> Attachment:
    """S-09. Raises StructureUnknown, AttachmentRequestsClosed, AttachmentExists or AccountErased."""
    queries.check_not_erased(session, account_id)
    attachment = _locked(session, structure_id).request_attachment(account_id, comment)
    session.add(attachment)
    try:
        session.flush()
    except IntegrityError as error:
        raise AttachmentExists from error
    told = {"comment": comment, "manager_ids": queries.manager_ids(session, structure_id)}
    record(session, "structures.attachment_requested.v1", {**attachment_facts(attachment), **told})
    return attachment


def cancel_attachment(session: Session, account_id: int, attachment_id: int) -> None:
    """S-10. Raises AttachmentUnknown, also for that of another person, or AttachmentNotPending."""
    (attachment,) = _locked_attachments(session, [attachment_id])
    if attachment.account_id != account_id:
        raise AttachmentUnknown
    attachment.cancel()
    record(session, "structures.attachment_cancelled.v1", attachment_facts(attachment))


def approve_attachments(session: Session, account_id: int, attachment_ids: Sequence[int]) -> list[Attachment]:
    """S-10, all or none. Raises AttachmentUnknown, NotAManager or AttachmentNotPending."""
    attachments = _locked_attachments(session, attachment_ids)
    for attachment in attachments:
        attachment.approve(queries.manager(session, account_id, attachment.structure_id))
        outcome = {"role": attachment.role.value, "approved_by": account_id}
        record(session, "structures.attachment_approved.v1", {**attachment_facts(attachment), **outcome})
    return attachments


def refuse_attachments(
    session: Session, account_id: int, attachment_ids: Sequence[int], reason: str
) -> list[Attachment]:
    """S-10, all or none. Raises AttachmentUnknown, NotAManager or AttachmentNotPending."""
    attachments = _locked_attachments(session, attachment_ids)
    for attachment in attachments:
        attachment.refuse(queries.manager(session, account_id, attachment.structure_id), reason)
        outcome = {"reason": reason, "refused_by": account_id}
        record(session, "structures.attachment_refused.v1", {**attachment_facts(attachment), **outcome})
    return attachments


def _with_one_vat_number(given: Mapping[str, Any], kind: IdentifierType, identifier: str) -> dict[str, Any]:
    """The same fields, the VAT number, if there is one, checked and in its one spelling (S-06)."""
    typed = given.get("vat_number")
    if not typed:
        return dict(given)
    return {**given, "vat_number": identifiers.parse_vat_number(typed, kind, identifier)}


def _locked(session: Session, structure_id: int) -> Structure:
    """The structure, unchanged by others until the end of the transaction."""
    found = session.get(Structure, structure_id, with_for_update=True)
    if found is None:
        raise StructureUnknown
    return found


def _locked_attachments(session: Session, attachment_ids: Sequence[int]) -> list[Attachment]:
    """In the order of their numbers, so that two decisions at once wait for each other instead of both failing."""
    chosen = select(Attachment).where(Attachment.id.in_(attachment_ids)).order_by(Attachment.id)
    found = list(session.scalars(chosen.with_for_update(of=Attachment)))
    if len(found) != len(set(attachment_ids)):
        raise AttachmentUnknown
    return found


def _facts(structure: Structure) -> dict[str, Any]:
    """What every event about a structure tells of it."""
    return {
        "structure_id": structure.id,
        "identifier_type": structure.identifier_type.value,
        "identifier": structure.identifier,
        "name": structure.name,
        "status": structure.status.value,
        "is_centre_de_gestion": structure.is_centre_de_gestion,
        "is_public": structure.is_public,
    }


def attachment_facts(attachment: Attachment) -> dict[str, Any]:
    """What every event about an attachment tells of it."""
    return {
        "attachment_id": attachment.id,
        "structure_id": attachment.structure_id,
        "structure_name": attachment.structure.name,
        "account_id": attachment.account_id,
    }
