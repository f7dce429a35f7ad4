"""The mail sink as `make run` starts it: a process with two ports and a folder."""

import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.kit.waiting import until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Sink:
    def __init__(self, folder: Path) -> None:
        self.smtp_port, self.web_port = free_port(), free_port()
        ports = ("--smtp-port", str(self.smtp_port), "--web-port", str(self.web_port))
        command = [sys.executable, "-m", "embedded.mailsink", *ports, "--folder", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def send(self, message_id: str = "<1@exemple.fr>", text: str = "Bonjour\n") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Message-ID"] = "guichet@exemple.fr", "zoé@exemple.fr", message_id
        message.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, "localhost", timeout=5) as server:
            server.send_message(message)

    def mails(self) -> list[dict[str, Any]]:
        answer = requests.get(f"http://127.0.0.1:{self.web_port}/api/mails", timeout=5)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def rest(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def a_sink(folder: Path) -> Iterator[Sink]:
    sink = Sink(folder)
    try:
        yield sink
    finally:
        sink.process.kill()
        sink.process.wait()
        assert sink.process.stdout is not None
        sink.process.stdout.close()


def test_an_accepted_mail_survives_a_kill_at_once(tmp_path: Path) -> None:  # N-03
    with a_sink(tmp_path) as sink:
        sink.first_line()
        sink.send()
        sink.process.kill()

    with a_sink(tmp_path) as sink:
        sink.first_line()
        (mail,) = sink.mails()

    assert (mail["to"], mail["deliveries"]) == ("zoé@exemple.fr", 1)


def test_a_message_over_a_megabyte_is_refused(tmp_path: Path) -> None:
    with a_sink(tmp_path) as sink:
        sink.first_line()

        with pytest.raises(smtplib.SMTPException) as caught:
            sink.send(text="x" * 60 + "\n" + ("y" * 60 + "\n") * 20_000)

        assert sink.mails() == []
    assert "552" in str(caught.value)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_even_with_a_connection_open(tmp_path: Path, number: signal.Signals) -> None:
    with a_sink(tmp_path) as sink:
        sink.first_line()
        with smtplib.SMTP("127.0.0.1", sink.smtp_port, "localhost", timeout=5) as server:
            server.ehlo()
            sink.process.send_signal(number)

            code = until(lambda: sink.process.poll() is not None and [sink.process.returncode])
            server.close()

        rest = sink.rest()
    assert code == [0]
    assert rest == ""


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with a_sink(tmp_path / "a") as sink:
        sink.first_line()
        ports = ("--smtp-port", str(sink.smtp_port), "--web-port", str(free_port()))

        second = subprocess.run(
            [sys.executable, "-m", "embedded.mailsink", *ports, "--folder", str(tmp_path / "b")],
            capture_output=True,
            text=True,
            timeout=20,
        )

    assert second.returncode == 1
    assert second.stderr == f"mail sink: port {sink.smtp_port} cannot be used (EADDRINUSE)\n"
