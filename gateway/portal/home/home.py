"""Home page: a presentation of Guichet for strangers, their own affairs for signed-in people."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from gateway.clients.answers.structures import Attachment
from gateway.clients.services import services
from gateway.portal.frame import sessions
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.wording import ATTACHED, PENDING
from gateway.portal.home import tasks
from gateway.portal.parts.paging import LARGEST_PAGE

MOST_STRUCTURES = 10
"""Structures that the home page asks the services about; each costs a call, and the page must stay quick."""


@dataclass(frozen=True)
class PendingRequests:
    """Numbers of requests on one structure that await this person's decision."""

    structure_id: int
    name: str
    attachments: int
    subscriptions: int


@portal.get("/")
def home() -> ResponseReturnValue:
    if not sessions.is_signed_in():
        return render_page("home/welcome.html")
    current = situation()
    managed = current.managed()
    return render_page(
        "home/home.html",
        tasks=tasks.task_list(current),
        waiting=[pending for one in managed[:MOST_STRUCTURES] if (pending := _pending_requests(one))],
        menu=current.menu,
        managed=managed,
    )


def situation() -> tasks.Situation:
    clients = services()
    attachments = clients.structures.my_attachments(limit=LARGEST_PAGE)["items"]
    attached = [one["structure"]["structure_id"] for one in attachments if one["status"] == ATTACHED]
    return tasks.Situation(
        attachments,
        {number: clients.espaces.of_structure(number)["items"] for number in attached[:MOST_STRUCTURES]},
        clients.espaces.my_subscriptions(limit=LARGEST_PAGE)["items"],
        clients.espaces.menu()["items"],
    )


def _pending_requests(attachment: Attachment) -> PendingRequests | None:
    number = attachment["structure"]["structure_id"]
    attachments = services().structures.attachments_of(number, status=PENDING, limit=LARGEST_PAGE)["items"]
    subscriptions = services().espaces.subscriptions_of(number, status=PENDING, limit=LARGEST_PAGE)["items"]
    if not attachments and not subscriptions:
        return None
    return PendingRequests(number, attachment["structure"]["name"], len(attachments), len(subscriptions))
