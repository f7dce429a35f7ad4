"""A manager has the activation mail sent again to a colleague, on the whole system, down to the mail (A-06)."""

import re

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.journeys import colleagues
from tests.journeys.api import Mailbox
from tests.journeys.guide import PASSWORD, Guide, Person
from tests.kit.waiting import until
from tests.system import System

pytestmark = pytest.mark.system

SUBJECT = "Activez votre compte"
MAIL_SECONDS = 60


def asks_for_an_account(guide: Guide, person: Person) -> str:
    """The token of the link that they never opened."""
    captcha = person.api.post("/captchas", {})
    details = {"street": "10 rue du Centre", "postcode": "93160", "town": "Noisy-le-Grand", "country": "FR"}
    names = {"login_email": person.email, "first_name": person.first_name, "last_name": person.last_name}
    answer = {"captcha_id": captcha["captcha_id"], "captcha_answer": SANDBOX_CAPTCHA}
    person.api.post("/accounts", {**details, **names, **answer})
    return link_of_mail(guide.mailbox, person, 1)


def link_of_mail(mailbox: Mailbox, person: Person, number: int) -> str:
    """The token in the link of the first, second … activation mail."""
    mails = until(
        lambda: [one for one in mailbox.mails(person.email) if SUBJECT in one["subject"]][number - 1 :],
        within=MAIL_SECONDS,
    )
    found = re.search(r"/activation/(\S+)", mails[0]["text"])
    assert found
    return found[1]


def test_a_manager_has_the_activation_mail_sent_again_and_its_link_replaces_the_one_before(system: System) -> None:
    #
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)
    manager, colleague = guide.manager, guide.colleague
    guide.sign_up(manager)
    guide.sign_in(manager)
    guide.look_for_structure()
    guide.create_structure()
    first = asks_for_an_account(guide, colleague)
    attachment_id = colleagues.attach(system, guide.structure_id, colleague.email)
    send_again = f"/attachments/{attachment_id}/activation-mail"

    too_soon = manager.api.refusal(send_again, {})
    colleagues.let_minutes_pass(system, colleague.email)
    sent = manager.api.post(send_again, {})
    again = manager.api.refusal(send_again, {})

    second = link_of_mail(guide.mailbox, colleague, 2)
    chosen = {"password": PASSWORD, "secret_question": "Premier animal ?", "secret_answer": "Médor"}
    assert colleague.api.refusal("/activations", {"token": first, **chosen}).code == "activation_link_superseded"
    colleague.api.post("/activations", {"token": second, **chosen})
    guide.sign_in(colleague)
    assert sent is None
    assert (too_soon.status, too_soon.code) == (again.status, again.code) == (429, "mail_asked_too_soon")
    assert len([one for one in guide.mailbox.mails(colleague.email) if SUBJECT in one["subject"]]) == 2
    told = colleague.api.get("/history")["items"]
    (entry,) = [one for one in told if one["what"] == "activation_mail_asked_by_manager"]
    assert (entry["address"], entry["by_operator"]) == ("", False)
    until(lambda: manager.api.refusal(send_again, {}).code == "account_not_pending", within=MAIL_SECONDS)
