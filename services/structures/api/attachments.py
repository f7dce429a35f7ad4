"""HTTP routes of attachments: requests, the managers' decisions on them, and the lists of both."""

from typing import TypedDict

from chassis.storage.keyset import Page
from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, resources, writing
from chassis.web.routes import Routes
from services.structures.api import bounds
from services.structures.errors.accounts import (
    AccountAlreadyActive,
    AccountDeactivated,
    AccountErased,
    AccountNotPending,
    MailAskedTooSoon,
)
from services.structures.errors.attachments import (
    AttachmentExists,
    AttachmentNotInForce,
    AttachmentNotPending,
    AttachmentRequestsClosed,
    AttachmentUnknown,
    RequesterDeactivated,
)
from services.structures.errors.structures import NotAManager, StructureInactive, StructureUnknown
from services.structures.flows import activation_mails
from services.structures.models.attachments import Attachment
from services.structures.queries import attachments, managers
from services.structures.queries.attachments import AttachmentFilter
from services.structures.resources import Resources
from services.structures.schemas import attachments as schemas
from services.structures.use_cases import attachment_requests

routes = Routes("attachments", description="Who works for which structure")


class RequestBody(TypedDict):
    comment: str | None


class DecisionBody(TypedDict):
    attachment_ids: list[int]
    decision: str
    """APPROVE or REFUSE."""
    reason: str
    """Present in a refusal; the schema sees to it."""


@routes.post(
    "/structures/<int:structure_id>/attachments",
    guard=PERSON,
    bounds=[bounds.REQUESTS, bounds.REQUESTS_TO_ONE],
    refuses=[
        StructureUnknown,
        StructureInactive,
        AttachmentExists,
        AttachmentRequestsClosed,
        AccountErased,
        AccountDeactivated,
    ],
)
@routes.arguments(schemas.NewAttachment)
@routes.response(201, schemas.Attachment)
def request_attachment(body: RequestBody, structure_id: int) -> Attachment:
    """Ask to be attached to the whole structure (S-09)."""
    with writing() as session:
        return attachment_requests.request_attachment(session, person(), structure_id, body["comment"] or "")


@routes.get("/attachments", guard=PERSON)
@routes.arguments(schemas.AttachmentQuery, location="query")
@routes.response(200, schemas.AttachmentPage)
def list_my_attachments(query: AttachmentFilter) -> Page:
    """List the caller's own attachments, in every status."""
    with reading() as session:
        return attachments.list_of_account(session, person(), query)


@routes.get("/structures/<int:structure_id>/attachments", guard=PERSON, refuses=[StructureUnknown, NotAManager])
@routes.arguments(schemas.AttachmentQuery, location="query")
@routes.response(200, schemas.ManagedAttachmentPage)
def list_structure_attachments(query: AttachmentFilter, structure_id: int) -> Page:
    """List the attachments of everyone, for the structure's managers."""
    with reading() as session:
        managers.require(session, person(), structure_id)
        return attachments.list_of_structure(session, structure_id, query)


@routes.post(
    "/attachments/decisions",
    guard=PERSON,
    bounds=[bounds.DECISIONS],
    refuses=[AttachmentUnknown, AttachmentNotPending, StructureInactive, RequesterDeactivated],
)
@routes.arguments(schemas.AttachmentDecision)
@routes.response(200, schemas.DecidedAttachments)
def decide_attachments(body: DecisionBody) -> dict[str, list[Attachment]]:
    """Approve or refuse requests as a manager, one or many, all or none (S-10)."""
    with writing() as session:
        if body["decision"] == "APPROVE":
            decided = attachment_requests.approve(session, person(), body["attachment_ids"])
        else:
            decided = attachment_requests.refuse(session, person(), body["attachment_ids"], body["reason"])
    return {"items": decided}


@routes.delete("/attachments/<int:attachment_id>", guard=PERSON, refuses=[AttachmentUnknown, AttachmentNotPending])
@routes.response(204)
def cancel_attachment(attachment_id: int) -> None:
    """Take back a pending request, as its requester (S-10)."""
    with writing() as session:
        attachment_requests.cancel(session, person(), attachment_id)


@routes.post(
    "/attachments/<int:attachment_id>/activation-mail",
    guard=PERSON,
    refuses=[
        AttachmentUnknown,
        AttachmentNotInForce,
        AccountNotPending,
        AccountAlreadyActive,
        MailAskedTooSoon,
    ],
)
@routes.response(204)
def send_activation_mail(attachment_id: int) -> None:
    """Have the activation mail sent again to a person of the structure, as a manager (A-06).

    Identity, which sends it, is asked outside of any transaction.
    """
    available = resources(Resources)
    activation_mails.request_mail(available.activation_mails, person(), attachment_id)
