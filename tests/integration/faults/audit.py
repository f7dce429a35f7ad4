"""What must be true of the whole deployment once everything has come to rest: four databases, the broker, every mail.

Compared with the facts themselves, the outboxes, and never with what the load believes to have done.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from embedded.run.fleet import FOLLOWS
from services.notifier.mails.table import MAILS
from tests.integration.deployment import SERVICES, Deployment, Question, Rows
from tests.integration.faults.standing import standing
from tests.kit.waiting import until

SETTLE_SECONDS = 180
LOOK_SECONDS = 0.5
"""Looking costs a tenth of a second, and the queues more than one."""

OUTBOX = "SELECT id, name, position, payload FROM outbox ORDER BY position NULLS LAST, seq"
INBOX = "SELECT event_id, producer, position FROM inbox"
MAIL = "SELECT event_id, template, account_id, state FROM mails"
UNSETTLED = "SELECT id FROM mails WHERE state IN ('DUE', 'SENDING')"
PARKED = "SELECT event_id, event ->> 'name' AS name FROM parked"
STRUCTURE = "SELECT {id} AS structure_id, identifier, name, status, is_centre_de_gestion FROM structures"
ATTACHMENT = "SELECT {id} AS attachment_id, structure_id, account_id, role FROM attachments"
PERSON = "SELECT {id} AS account_id, last_name, first_name, {active} AS is_active FROM {table}"
RECIPIENT = "SELECT {id} AS account_id, login_email, contact_email, last_name, first_name FROM {table}"
PRINCIPALS = """
    SELECT structures.id, count(attachments.id) AS principals FROM structures LEFT JOIN attachments
    ON structure_id = structures.id AND role = 'GESTIONNAIRE_PRINCIPAL' AND attachments.status = 'VALIDEE'
    GROUP BY structures.id
"""
DOUBLED = """
    SELECT account_id, structure_id, espace, permission FROM subscriptions
    WHERE status IN ('EN_COURS_DE_VALIDATION', 'VALIDE') GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
"""

IS_ACTIVE = "status = 'ACTIF'"
OWN_PEOPLE = "identity", PERSON.format(id="id", active=IS_ACTIVE, table="accounts")
COPIES: Mapping[str, tuple[Question, Question]] = {
    "structures at espaces": (
        ("espaces", STRUCTURE.format(id="structure_id")),
        ("structures", STRUCTURE.format(id="id")),
    ),
    "attachments at espaces": (
        ("espaces", ATTACHMENT.format(id="attachment_id")),
        ("structures", ATTACHMENT.format(id="id") + " WHERE status = 'VALIDEE'"),
    ),
    "people at espaces": (
        ("espaces", PERSON.format(id="account_id", active="is_active", table="people")),
        OWN_PEOPLE,
    ),
    "people at structures": (
        ("structures", PERSON.format(id="account_id", active=IS_ACTIVE, table="people")),
        OWN_PEOPLE,
    ),
    "recipients at notifier": (
        ("notifier", RECIPIENT.format(id="account_id", table="recipients")),
        ("identity", RECIPIENT.format(id="id", table="accounts")),
    ),
}
"""What services copied from each other's events, and what its owner has: both are the same."""
QUESTIONS: Sequence[Question] = (
    *((service, query) for service in SERVICES for query in (OUTBOX, PARKED)),
    *((consumer, INBOX) for consumer in FOLLOWS),
    *{question for pair in COPIES.values() for question in pair},
    ("notifier", MAIL),
    ("structures", PRINCIPALS),
    ("espaces", DOUBLED),
)
Facts = Mapping[Question, Rows]


@dataclass
class Audit:
    """What was found: counts to show, and every broken promise as a sentence."""

    broken: list[str] = field(default_factory=list)
    events: int = 0
    mails: int = 0
    twice: set[str] = field(default_factory=set)
    """Message-IDs that were delivered more than once, since the start."""

    def expect(self, promise: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self.broken.append(f"{promise}: {_difference(found, wanted)}")


def settled(deployment: Deployment) -> bool:
    """Everything recorded was published, followed by all who follow it and acknowledged, and every mail is out."""
    now = standing(deployment)
    if not now.has_brought(now.recorded()):
        return False
    return not deployment.rows("notifier", UNSETTLED) and not any(deployment.queues().values())


def audit(deployment: Deployment) -> Audit:
    """Wait until all is at rest, and compare; nothing may be recorded meanwhile."""
    until(lambda: settled(deployment), within=SETTLE_SECONDS, every=LOOK_SECONDS)
    facts = deployment.answers(QUESTIONS)
    found = Audit()
    outboxes = {service: facts[service, OUTBOX] for service in SERVICES}
    found.events = sum(map(len, outboxes.values()))
    for producer, rows in outboxes.items():
        found.expect(f"positions of {producer}", [row["position"] for row in rows], list(range(1, len(rows) + 1)))
    _audit_inboxes(facts, outboxes, found)
    for what, (copy, original) in COPIES.items():
        found.expect(what, _as_set(facts[copy]), _as_set(facts[original]))
    _audit_mails(facts["notifier", MAIL], deployment.mails(), outboxes, found)
    principals = {row["id"]: row["principals"] for row in facts["structures", PRINCIPALS]}
    found.expect("one principal manager each", principals, dict.fromkeys(principals, 1))  # S-12
    found.expect("subscriptions granted twice", facts["espaces", DOUBLED], [])
    return found


def _audit_inboxes(facts: Facts, outboxes: dict[str, Rows], found: Audit) -> None:
    """Every event of a followed producer is there, once: its id is the key. None is there that nobody recorded."""
    for consumer, producers in FOLLOWS.items():
        for producer in producers:
            rows = facts[consumer, INBOX]
            seen = {row["event_id"]: row["position"] for row in rows if row["producer"] == producer}
            recorded = {row["id"]: row["position"] for row in outboxes[producer]}
            found.expect(f"events of {producer} at {consumer}", seen, recorded)
    for consumer in SERVICES:
        found.expect(f"events parked at {consumer}", [row["name"] for row in facts[consumer, PARKED]], [])


def _audit_mails(rows: Rows, mailbox: Rows, outboxes: dict[str, Rows], found: Audit) -> None:
    """One mail for each account that an event concerns (N-01), delivered once (N-03)."""
    found.expect("mails owed", Counter(map(_key, rows)), Counter(_owed(outboxes)))
    found.expect("mails that cannot be sent", [row for row in rows if row["state"] == "PARKED"], [])
    sent = {_message_id(row) for row in rows if row["state"] == "SENT"}
    delivered = {mail["message_id"].strip("<>").partition("@")[0]: mail["deliveries"] for mail in mailbox}
    found.mails = len(delivered)
    found.expect("mails delivered", set(delivered), sent)
    found.twice = {name for name, times in delivered.items() if times > 1}


def _owed(outboxes: dict[str, Rows]) -> Iterator[tuple[str, str, int]]:
    for event in (event for rows in outboxes.values() for event in rows):
        if kind := MAILS.get(event["name"]):
            for account_id in kind.recipients(event["payload"]):
                yield event["id"], kind.template, account_id


def _key(mail: dict[str, Any]) -> tuple[str, str, int]:
    return mail["event_id"], mail["template"], mail["account_id"]


def _message_id(mail: dict[str, Any]) -> str:
    """As services.notifier.models.Mail.unique_name makes it."""
    return uuid.uuid5(uuid.UUID(mail["event_id"]), f"{mail['template']}/{mail['account_id']}").hex


def _as_set(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in rows}


def _difference(found: Any, wanted: Any) -> str:
    """Short enough to read: what is missing and what is too much."""
    if isinstance(found, set | Counter) and isinstance(wanted, set | Counter):
        return f"missing {list(wanted - found)[:5]}, too much {list(found - wanted)[:5]}"  # type: ignore[operator]
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
        return f"differing {[(key, found.get(key), wanted.get(key)) for key in keys[:5]]}"
    return f"{str(found)[:400]} instead of {str(wanted)[:400]}"
