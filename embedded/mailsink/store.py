"""Accepted mails on disk: a Maildir for the messages, and a journal with one line for each delivery.

The order on disk is the message, then its line, each flushed; only then does the SMTP server answer 250. A message
without a line was therefore never acknowledged: it is deleted at start, and its sender will send it again.
"""

import json
import mailbox
import os
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from embedded.mailsink.messages import ParsedMessage, parse

Delivery = TypedDict("Delivery", {"message_id": str, "from": str, "to": list[str], "at": str, "key": str})
"""Line of the journal: the envelope of one accepted message, and its key in the Maildir."""


@dataclass(frozen=True)
class StoredMail:
    """Mail, however often it was accepted; `number` is 1, 2, 3 … in the order of first acceptance."""

    number: int
    key: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    received_at: datetime
    deliveries: int
    subject: str


class MailStore:
    """Store that several threads of one process may use."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._maildir = mailbox.Maildir(folder / "messages", factory=None, create=True)
        self._arrivals = folder / "messages" / "new"
        self._journal = folder / "deliveries.jsonl"
        self._mails: dict[str, StoredMail] = {}
        self._load()

    def accept(self, content: bytes, sender: str, recipients: Iterable[str]) -> StoredMail:
        """Store one delivery durably. Raises OSError when the disk refuses it."""
        parsed = parse(content)
        delivery: Delivery = {
            "message_id": parsed.message_id or f"<{uuid.uuid4()}@no-message-id.invalid>",
            "from": sender,
            "to": list(recipients),
            "at": datetime.now(UTC).isoformat(),
            "key": "",
        }
        with self._lock:
            delivery["key"] = self._maildir.add(content)
            _flush_folder(self._arrivals)
            self._write(delivery)
            return self._count(delivery, parsed)

    def mails(self, *, after: int = 0, to: str | None = None) -> list[StoredMail]:
        """Return mails with a number above `after`, oldest first; `to` selects by envelope recipient, ignoring case."""
        recipient = to.casefold() if to is not None else None
        with self._lock:
            mails = list(self._mails.values())
        return [
            mail
            for mail in mails
            if mail.number > after and (recipient is None or recipient in map(str.casefold, mail.recipients))
        ]

    def mail(self, number: int) -> StoredMail | None:
        return next((mail for mail in self.mails(after=number - 1) if mail.number == number), None)

    def parsed(self, mail: StoredMail) -> ParsedMessage:
        with self._lock:
            return parse(self._maildir.get_bytes(self._mails[mail.message_id].key))

    def _count(self, delivery: Delivery, parsed: ParsedMessage) -> StoredMail:
        """Add a delivery. A repeat keeps its number and takes the newest content: an earlier link may be replaced."""
        earlier = self._mails.get(delivery["message_id"])
        mail = StoredMail(
            number=len(self._mails) + 1,
            key=delivery["key"],
            message_id=delivery["message_id"],
            sender=delivery["from"],
            recipients=tuple(delivery["to"]),
            received_at=datetime.fromisoformat(delivery["at"]),
            deliveries=1,
            subject=parsed.subject,
        )
        if earlier is not None:
            self._maildir.discard(earlier.key)
            mail = replace(mail, number=earlier.number, deliveries=earlier.deliveries + 1)
        self._mails[mail.message_id] = mail
        return mail

    def _write(self, delivery: Delivery) -> None:
        with self._journal.open("a", encoding="utf-8") as journal:
            start = journal.tell()
            try:
                journal.write(json.dumps(delivery) + "\n")
                journal.flush()
                os.fsync(journal.fileno())
            except OSError:
                os.truncate(self._journal, start)  # half a line would spoil the next one
                raise

    def _load(self) -> None:
        deliveries = _whole_lines(self._journal)
        messages = {delivery["key"] for delivery in deliveries}
        for key in set(self._maildir.keys()) - messages:
            self._maildir.discard(key)
        for delivery in deliveries:
            content = self._maildir.get_bytes(delivery["key"]) if delivery["key"] in self._maildir else b""
            self._count(delivery, parse(content))


def _whole_lines(journal: Path) -> list[Delivery]:
    """Return the journal's deliveries. A last line cut short by a crash was never acknowledged, so it is removed."""
    if not journal.exists():
        return []
    content = journal.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(journal, len(whole))
    return [json.loads(line) for line in whole.splitlines()]


def _flush_folder(folder: Path) -> None:
    """Flush a folder: a new file is only as durable as the entry with its name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
