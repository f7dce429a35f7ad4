"""The home page: what Guichet is, or where the person stands."""

from dataclasses import dataclass
from typing import Any

from gateway.clients import clients
from gateway.clients.answers import Attachment
from gateway.portal import sessions, tasks
from gateway.portal.blueprint import page, portal
from gateway.portal.wording import ATTACHED, PENDING

MAX_ITEMS = 100
MOST_STRUCTURES = 10
"""The home page asks about no more structures than these, so that it stays quick."""


@dataclass(frozen=True)
class Waiting:
    """Requests that wait for this person's decision on a structure."""

    structure_id: int
    name: str
    attachments: int
    subscriptions: int


@portal.get("/")
def home() -> Any:
    if not sessions.is_signed_in():
        return page("welcome.html")
    seen = situation()
    waiting = [found for one in seen.managed()[:MOST_STRUCTURES] if (found := _waiting(one))]
    return page("home.html", tasks=tasks.task_list(seen), waiting=waiting, menu=seen.menu, managed=seen.managed())


def situation() -> tasks.Situation:
    services = clients()
    attachments = services.structures.my_attachments(limit=MAX_ITEMS)["items"]
    attached = [one["structure"]["structure_id"] for one in attachments if one["status"] == ATTACHED]
    return tasks.Situation(
        attachments,
        {number: services.espaces.of_structure(number)["items"] for number in attached[:MOST_STRUCTURES]},
        services.espaces.my_subscriptions(limit=MAX_ITEMS)["items"],
        services.espaces.menu()["items"],
    )


def _waiting(attachment: Attachment) -> Waiting | None:
    number = attachment["structure"]["structure_id"]
    attachments = clients().structures.attachments_of(number, status=PENDING, limit=MAX_ITEMS)["items"]
    subscriptions = clients().espaces.subscriptions_of(number, status=PENDING, limit=MAX_ITEMS)["items"]
    if not attachments and not subscriptions:
        return None
    return Waiting(number, attachment["structure"]["name"], len(attachments), len(subscriptions))
