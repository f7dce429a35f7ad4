"""Refusals about an attachment."""

from chassis.ground.problems import NotFound, Refusal


class AttachmentUnknown(NotFound):
    code, sentence = "attachment_unknown", "There is no such attachment."


class AttachmentExists(Refusal):
    status, code, sentence = 409, "attachment_exists", "There is an attachment, or a request for one, already."


class AttachmentRequestsClosed(Refusal):
    status, code, sentence = 409, "attachment_requests_closed", "This structure accepts no requests for attachment."


class AttachmentNotInForce(Refusal):
    status, code, sentence = 409, "attachment_not_in_force", "The attachment has ended already."


class RequesterDeactivated(Refusal):
    status, code, sentence = 409, "requester_deactivated", "The account of who asks is deactivated."


class AttachmentNotPending(Refusal):
    status, code, sentence = 409, "attachment_not_pending", "The request for attachment was decided already."
