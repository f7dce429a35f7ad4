"""Notifier as a whole: an API process with its one route, and a worker that sends."""

import dataclasses
from typing import Any

from chassis.processes.service import RunningService
from services.notifier.app import SERVICE
from services.notifier.models.mails import MailState
from tests.kit.databases import address
from tests.kit.support import contract_example, service_under_test
from tests.services.notifier import mail_server
from tests.services.notifier.builders import PORTAL, mails, some_settings

SENDER = "Guichet <guichet@exemple.fr>"


def test_the_api_process_is_ready_without_a_mail_server() -> None:
    settings: dict[str, Any] = {"portal_url": PORTAL, "smtp_host": "127.0.0.1", "smtp_sender": SENDER}
    with service_under_test(SERVICE, **settings) as notifier:
        assert notifier.client.get("/live").status_code == 200


def test_the_worker_sends_the_mail_of_an_event() -> None:  # N-01
    with mail_server.running() as server:
        settings = some_settings(smtp_port=server.port, feeds=dict.fromkeys(("identity", "structures", "espaces"), "x"))
        chosen: dict[str, Any] = {
            field.name: getattr(settings, field.name)
            for field in dataclasses.fields(settings)
            if field.name != "database_url"
        }
        with service_under_test(SERVICE, **chosen) as notifier:
            registered = contract_example("identity.account_registered.v1", login_email="autre@exemple.fr")
            activated = contract_example("identity.account_activated.v1", position=2)
            notifier.inbox.receive([registered, activated])
            url = address(notifier.database)
            running = RunningService(SERVICE, dataclasses.replace(settings, database_url=url))
            (sender,) = [loop for loop in running.loops() if loop.name == "mail sender"]

            while sender.run_once():
                pass

            running.database.dispose()
            states = {mail.template: mail.state for mail in mails(notifier.database)}

    assert states == {"activation": MailState.DUE, "account_activated": MailState.SENT}
    assert server.only_message()["To"] == "Camille Moreau <contact@exemple.fr>"
