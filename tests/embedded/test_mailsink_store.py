"""What the mail sink keeps, through crashes and repeats."""

import asyncio
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from embedded.mailsink.messages import parse
from embedded.mailsink.smtp import Receiver
from embedded.mailsink.store import MailStore

TO = ("camille@exemple.fr",)


def a_message(message_id: str = "<1@exemple.fr>", text: str = "Bonjour\n") -> bytes:
    message = EmailMessage()
    message["Message-ID"] = message_id
    message["Subject"] = "Activez votre compte"
    message.set_content(text)
    return message.as_bytes()


def test_a_mail_is_there_again_after_a_restart(tmp_path: Path) -> None:
    MailStore(tmp_path).accept(a_message(), "guichet@exemple.fr", TO)

    (mail,) = MailStore(tmp_path).mails()

    assert (mail.number, mail.recipients, mail.subject, mail.deliveries) == (1, TO, "Activez votre compte", 1)


def test_a_mail_accepted_again_is_kept_once_counted_and_shows_the_newest_content(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    store.accept(a_message(text="first link\n"), "", TO)
    store.accept(a_message("<2@exemple.fr>"), "", TO)

    store.accept(a_message(text="second link\n"), "", TO)

    for seen in (store, MailStore(tmp_path)):
        assert [(mail.number, mail.deliveries) for mail in seen.mails()] == [(1, 2), (2, 1)]
        assert seen.parsed(seen.mails()[0]).text == "second link\n"
    assert len(list((tmp_path / "messages" / "new").iterdir())) == 2


def test_mails_without_a_message_id_are_all_different(tmp_path: Path) -> None:
    store = MailStore(tmp_path)

    store.accept(b"Subject: a\r\n\r\n", "", TO)
    store.accept(b"Subject: a\r\n\r\n", "", TO)

    assert [mail.deliveries for mail in store.mails()] == [1, 1]


def test_a_message_whose_delivery_was_cut_short_was_never_accepted(tmp_path: Path) -> None:
    MailStore(tmp_path).accept(a_message(), "", TO)
    journal = tmp_path / "deliveries.jsonl"
    (tmp_path / "messages" / "new" / "left-by-a-crash").write_bytes(a_message("<2@exemple.fr>"))
    journal.write_text(journal.read_text() + '{"key": "left-by-a-cr')

    store = MailStore(tmp_path)
    store.accept(a_message("<2@exemple.fr>"), "", TO)

    assert [(mail.message_id, mail.deliveries) for mail in MailStore(tmp_path).mails()] == [
        ("<1@exemple.fr>", 1),
        ("<2@exemple.fr>", 1),
    ]


def test_mails_are_found_by_recipient_whatever_the_case_and_from_a_number(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    for number, to in enumerate(("a@exemple.fr", "b@exemple.fr", "A@exemple.fr")):
        store.accept(a_message(f"<{number}@x>"), "", [to])

    assert [mail.number for mail in store.mails(to="A@EXEMPLE.fr")] == [1, 3]
    assert [mail.number for mail in store.mails(to="a@exemple.fr", after=1)] == [3]


def test_mails_that_arrive_together_are_all_kept(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    threads = [threading.Thread(target=store.accept, args=(a_message(f"<{number}@x>"), "", TO)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [mail.number for mail in store.mails()] == list(range(1, 21))
    assert len(MailStore(tmp_path).mails()) == 20


async def refused_by_the_disk(store: MailStore) -> str:
    envelope = Envelope()
    envelope.content = a_message()
    return await Receiver(store).handle_DATA(None, None, envelope)


def test_a_disk_that_refuses_is_a_temporary_fault_for_the_sender(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    (tmp_path / "deliveries.jsonl").mkdir()

    answer = asyncio.run(refused_by_the_disk(store))

    assert answer.startswith("451 ")
    assert store.mails() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: <<<>\r\nMessage-ID: <[>\r\n\r\nx",
        b"Content-Type: text/plain; charset=martian\r\n\r\nx",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n--b",
        b"Subject: \xe9\xe8\r\nTo: a@b, , <\r\n\r\n\xff",
    ],
)
def test_any_bytes_can_be_read(content: bytes) -> None:
    parsed = parse(content)

    for part in (parsed.subject, parsed.text, parsed.html, parsed.sender, *(value for _, value in parsed.headers)):
        part.encode("utf-8")
