"""The HTTP routes of attachments: requests, the managers' decisions on them, and the lists of both."""

from typing import Any

from chassis.storage.keyset import Page
from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, resources, writing
from chassis.web.routes import Routes
from services.structures import errors, queries, schemas, use_cases
from services.structures.models import Attachment
from services.structures.resources import Resources

routes = Routes("attachments", description="Who works for which structure")


@routes.post(
    "/structures/<int:structure_id>/attachments",
    guard=PERSON,
    refuses=[
        errors.StructureUnknown,
        errors.AttachmentExists,
        errors.AttachmentRequestsClosed,
        errors.AccountErased,
    ],
)
@routes.arguments(schemas.NewAttachment)
@routes.response(201, schemas.Attachment)
def request_attachment(body: dict[str, Any], structure_id: int) -> Attachment:
    """Asks to be attached to the whole structure (S-09)."""
    with writing() as session:
        return use_cases.request_attachment(session, person(), structure_id, body["comment"] or "")


@routes.get("/attachments", guard=PERSON)
@routes.arguments(schemas.AttachmentQuery, location="query")
@routes.response(200, schemas.AttachmentPage)
def list_my_attachments(query: dict[str, Any]) -> Page:
    """The caller's own, in every status."""
    with reading() as session:
        return queries.attachments_of(session, person(), query)


@routes.get(
    "/structures/<int:structure_id>/attachments", guard=PERSON, refuses=[errors.StructureUnknown, errors.NotAManager]
)
@routes.arguments(schemas.AttachmentQuery, location="query")
@routes.response(200, schemas.ManagedAttachmentPage)
def list_structure_attachments(query: dict[str, Any], structure_id: int) -> Page:
    """Of everyone, for the structure's managers."""
    with reading() as session:
        queries.manager(session, person(), structure_id)
        return queries.attachments_to(session, structure_id, query)


@routes.post(
    "/attachments/decisions",
    guard=PERSON,
    refuses=[errors.AttachmentUnknown, errors.NotAManager, errors.AttachmentNotPending],
)
@routes.arguments(schemas.AttachmentDecision)
@routes.response(200, schemas.DecidedAttachments)
def decide_attachments(body: dict[str, Any]) -> dict[str, list[Attachment]]:
    """A manager approves or refuses, one or many, all or none (S-10)."""
    with writing() as session:
        if body["decision"] == "APPROVE":
            decided = use_cases.approve_attachments(session, person(), body["attachment_ids"])
        else:
            decided = use_cases.refuse_attachments(session, person(), body["attachment_ids"], body["reason"])
    return {"items": decided}


@routes.delete(
    "/attachments/<int:attachment_id>",
    guard=PERSON,
    refuses=[errors.AttachmentUnknown, errors.AttachmentNotPending],
)
@routes.response(204)
def cancel_attachment(attachment_id: int) -> None:
    """The requester takes a pending request back (S-10)."""
    with writing() as session:
        use_cases.cancel_attachment(session, person(), attachment_id)


@routes.post(
    "/attachments/<int:attachment_id>/activation-mail",
    guard=PERSON,
    refuses=[
        errors.AttachmentUnknown,
        errors.NotAManager,
        errors.AttachmentNotInForce,
        errors.AccountNotPending,
        errors.AccountAlreadyActive,
        errors.MailAskedTooSoon,
    ],
)
@routes.response(204)
def send_activation_mail(attachment_id: int) -> None:
    """A manager has the activation mail sent again to a person of the structure. Identity, which sends it, is asked
    outside of any transaction (A-06)."""
    with reading() as session:
        account_id = queries.account_to_activate(session, person(), attachment_id)
    available = resources(Resources)
    available.activation_mails.ask(account_id, asked_by=person())
