"""Role of the signed-in person in a structure: a form that they may not send is not shown to them."""

from gateway.clients.answers.structures import Attachment
from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.frame import wording
from gateway.portal.parts.paging import LARGEST_PAGE


def my_attachment(structure_id: int) -> Attachment | None:
    """Return the person's attachment to this structure, requested or granted: the most relevant of several."""
    after: str | None = None
    while True:
        page = services().structures.my_attachments(after=after, limit=LARGEST_PAGE)
        mine = [one for one in page["items"] if one["structure"]["structure_id"] == structure_id]
        if mine or not page["next"]:
            return max(mine, key=_weight) if mine else None
        after = page["next"]


def role_of(attachment: Attachment | None) -> str | None:
    """Return the role of an attachment in force; None for any other."""
    return attachment["role"] if attachment and attachment["status"] == wording.ATTACHED else None


def must_manage(structure_id: int) -> None:
    """Raise ServiceRefusal for a person who does not manage the structure."""
    if role_of(my_attachment(structure_id)) not in wording.MANAGERS:
        raise ServiceRefusal(403, "not_a_manager")


def _weight(attachment: Attachment) -> tuple[bool, bool, int]:
    """Return a sort key: granted before pending, pending before past, then the latest."""
    status = attachment["status"]
    return status == wording.ATTACHED, status == wording.PENDING, attachment["attachment_id"]
