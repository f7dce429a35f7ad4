"""Requests that race on PostgreSQL, where nothing makes one writer wait for another but a lock on the very rows.

SQLite lets one writer in at a time, so it cannot show any of this.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from itertools import count
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from chassis.ground.clock import now
from services.espaces.app import SERVICE as ESPACES
from services.espaces.models.subscriptions import LIVE, Subscription, SubscriptionStatus
from services.identity.models.captchas import CAPTCHA_VALIDITY, Captcha
from services.notifier.app import SERVICE as NOTIFIER
from services.notifier.models.mails import MailState
from services.notifier.sending.mail_sender import MailSender
from services.structures.models.attachments import Attachment, AttachmentStatus, Role
from services.structures.models.structures import Structure
from tests.integration.racing import ROUNDS, outcomes, racing_structures
from tests.kit import databases
from tests.kit.support import contract_example, service_under_test
from tests.kit.together import together
from tests.services.espaces.driver import COLLEAGUE, MANAGER, OPTIONS, STRANGER, TIC, EspacesDriver
from tests.services.identity.builders import PASSWORD, Identity, an_address, identity_under_test, refusal
from tests.services.notifier import mail_server
from tests.services.notifier.builders import a_database, a_mail, a_recipient, a_sender, keep, mails, some_settings
from tests.services.structures.builders import a_new_structure
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.containers

TO_OPEN: dict[str, dict[str, str]] = {
    "FACTURES_EMISES": {},
    "ENGAGEMENTS": {},
    "FRAIS_DE_JUSTICE": {},
    TIC: OPTIONS,
}
"""With the options of each."""
SECOND_COLLEAGUE, NEWCOMER = 44, 45
numbers = count(100)
"""Of structures and attachments."""
APPROVED, REFUSED = "espaces.subscription_approved.v1", "espaces.subscription_refused.v1"
ENDED = "espaces.subscription_ended.v1"


@pytest.fixture(autouse=True)
def _on_postgresql() -> Iterator[None]:
    with databases.chosen(databases.POSTGRESQL):
        yield


@pytest.fixture
def structures(_on_postgresql: None) -> Iterator[StructuresDriver]:
    with racing_structures() as running:
        yield running


@pytest.fixture
def espaces(_on_postgresql: None) -> Iterator[EspacesDriver]:
    """A structure more for each round."""
    with service_under_test(ESPACES) as running:
        yield EspacesDriver(running)


@pytest.fixture
def identity(_on_postgresql: None) -> Iterator[Identity]:
    with identity_under_test() as running:
        yield running


def test_of_two_registrations_of_one_identifier_exactly_one_wins(structures: StructuresDriver) -> None:  # S-01, S-08
    for number in range(ROUNDS):
        body = a_foreign_structure(number)
        answers = together(
            partial(structures.call, "POST", "/structures", MANAGER, json=body),
            partial(structures.call, "POST", "/structures", COLLEAGUE, json=body),
        )

        assert outcomes(answers) == {(201, None): 1, (409, "structure_exists"): 1}

    assert structures.events() == ["structures.structure_created.v1"] * ROUNDS
    assert principal_managers(structures) == [1] * ROUNDS


def test_of_an_approval_and_a_refusal_at_once_one_counts(structures: StructuresDriver) -> None:  # S-10
    structure_id = a_structure_with_two_managers(structures)
    for number in range(ROUNDS):
        requested = structures.request(structure_id, 100 + number)
        answers = together(
            partial(structures.decide, MANAGER, "APPROVE", requested),
            partial(structures.decide, STRANGER, "REFUSE", requested, reason="No"),
            partial(structures.decide, STRANGER, "APPROVE", requested),
        )

        assert outcomes(answers) == {(200, None): 1, (409, "attachment_not_pending"): 2}

    decided = Counter(structures.events())
    assert decided["structures.attachment_approved.v1"] + decided["structures.attachment_refused.v1"] == ROUNDS + 1


def test_managers_who_decide_on_the_same_attachments_in_opposite_order_do_not_stop_each_other(
    structures: StructuresDriver,
) -> None:  # S-10, S-12
    structure_id = a_structure_with_two_managers(structures)
    for number in range(ROUNDS):
        requested = [structures.request(structure_id, 100 + 8 * number + person) for person in range(8)]
        answers = together(
            partial(structures.decide, MANAGER, "APPROVE", *requested),
            partial(structures.decide, STRANGER, "APPROVE", *requested[::-1]),
        )

        assert outcomes(answers) == {(200, None): 1, (409, "attachment_not_pending"): 1}

    assert principal_managers(structures) == [1]


def test_of_two_principal_managers_made_at_once_the_database_keeps_one(structures: StructuresDriver) -> None:  # S-12
    def make_principal(attachment_id: int) -> bool:
        try:
            with structures.service.database.writing() as session:
                attachment = session.get_one(Attachment, attachment_id)
                attachment.role, attachment.status = Role.PRINCIPAL_MANAGER, AttachmentStatus.APPROVED
        except IntegrityError:
            return False
        return True

    for number in range(ROUNDS):
        structure_id = structures.create(**a_foreign_structure(number))
        candidates = [structures.request(structure_id, account_id) for account_id in (COLLEAGUE, STRANGER)]
        with structures.service.database.writing() as session:
            session.execute(
                update(Attachment).where(Attachment.account_id == MANAGER).values(status=AttachmentStatus.DEACTIVATED)
            )

        assert sorted(together(*(partial(make_principal, one) for one in candidates))) == [False, True]


def test_managers_who_decide_on_the_same_subscriptions_in_opposite_order_do_not_stop_each_other(
    espaces: EspacesDriver,
) -> None:  # E-09
    for _ in range(ROUNDS):
        structure_id = a_structure_with_everything_open(espaces)
        some = ask_for_everything(espaces, structure_id, COLLEAGUE)
        answers = together(
            partial(espaces.decide, MANAGER, "APPROVE", some),
            partial(espaces.decide, STRANGER, "REFUSE", some[::-1], reason="No"),
        )

        assert outcomes(answers) == {(200, None): 1, (409, "subscription_not_pending"): 1}
        assert len(set(statuses(espaces, structure_id, COLLEAGUE).values())) == 1

    told = Counter(espaces.events())
    assert told[APPROVED] + told[REFUSED] == ROUNDS * len(TO_OPEN)


def test_espaces_that_close_while_people_decide_remove_and_ask_leave_no_subscription_live(
    espaces: EspacesDriver,
) -> None:  # E-09, E-10, E-12
    for _ in range(ROUNDS):
        structure_id = a_structure_with_everything_open(espaces)
        own = ask_for_everything(espaces, structure_id, COLLEAGUE)
        others = ask_for_everything(espaces, structure_id, SECOND_COLLEAGUE, reverse=True)
        answers = together(
            partial(close_everything, espaces, structure_id),
            partial(espaces.decide, MANAGER, "APPROVE", (own + others)[::-1]),
            partial(espaces.decide, STRANGER, "REFUSE", others, reason="No"),
            partial(espaces.call, "POST", "/subscriptions/removals", COLLEAGUE, json={"subscription_ids": own[::-1]}),
            partial(espaces.request, NEWCOMER, structure_id=structure_id),
        )

        assert {answer.status_code for answer in answers if answer} <= {200, 201, 409}
        assert not LIVE & set(statuses(espaces, structure_id).values())

    ended = Counter(one["subscription_id"] for told in espaces.payloads(ENDED) for one in told["subscriptions"])
    assert set(ended.values()) == {1}
    assert ended.keys() == {one for one, status in statuses(espaces).items() if status is SubscriptionStatus.ENDED}


def test_of_two_sign_ups_of_one_address_one_makes_the_account(identity: Identity) -> None:
    for _ in range(ROUNDS):
        address, captchas = an_address(), [identity.captcha(), identity.captcha()]
        answers = together(
            partial(identity.sign_up, login_email=address, captcha_id=captchas[0]),
            partial(identity.sign_up, login_email=address.upper(), captcha_id=captchas[1]),
        )

        assert outcomes(answers) == {(202, None): 2}
        assert answers[0].get_json() == answers[1].get_json()

    assert identity.event_names() == ["identity.account_registered.v1"] * ROUNDS


def test_of_two_sign_ups_with_one_captcha_one_passes(identity: Identity) -> None:
    for _ in range(ROUNDS):
        captcha = identity.captcha()
        answers = together(
            partial(identity.sign_up, login_email=an_address(), captcha_id=captcha),
            partial(identity.sign_up, login_email=an_address(), captcha_id=captcha),
        )

        assert outcomes(answers) == {(202, None): 1, (422, "captcha_wrong"): 1}


def test_a_new_captcha_does_not_wait_for_another_to_forget_the_expired_ones(identity: Identity) -> None:
    for _ in range(3):
        identity.captcha()
    with identity.service.database.writing() as session, time_machine.travel(now() + CAPTCHA_VALIDITY, tick=True):
        assert len(session.scalars(select(Captcha).with_for_update()).all()) == 3

        assert identity.post("/captchas").status_code == 201


def test_of_two_uses_of_one_activation_link_one_sets_the_password(identity: Identity) -> None:
    for account_id, address in enumerate(sign_up_many(identity), start=1):
        token, passwords = identity.link(account_id), [PASSWORD, PASSWORD[::-1]]
        answers = together(
            partial(identity.activate, token, password=PASSWORD),
            partial(identity.activate, token, password=PASSWORD[::-1]),
        )

        assert outcomes(answers) == {(204, None): 1, (410, "activation_link_used"): 1}
        home = {"X-Forwarded-For": f"192.0.2.{account_id}"}  # wrong passwords from one address would lock it
        signed_in = [identity.sign_in(address, password, headers=home).status_code for password in passwords]
        assert signed_in == [201 if answer.status_code == 204 else 401 for answer in answers]

    assert len(identity.events("identity.account_activated.v1")) == ROUNDS


def test_an_activation_and_a_newer_link_at_once_never_both_count(identity: Identity) -> None:
    for account_id, _ in enumerate(sign_up_many(identity), start=1):
        token = identity.link(account_id)
        activated, issued = together(partial(identity.activate, token), partial(identity.issue_link, account_id))

        if activated.status_code == 204:
            assert refusal(issued) == (409, "account_already_active")
        else:
            assert refusal(activated) == (410, "activation_link_superseded")
            assert issued.status_code == 201


def test_workers_that_claim_at_once_send_no_mail_twice() -> None:  # N-03
    with a_database() as database, mail_server.running() as server:
        keep(database, a_recipient(), *(a_mail() for _ in range(4 * ROUNDS)))
        senders = [a_sender(database, smtp_port=server.port) for _ in range(4)]

        together(*(partial(run_until_idle, sender) for sender in senders))

        assert {mail.state for mail in mails(database)} == {MailState.SENT}
    assert len({message["Message-ID"] for message in server.messages()}) == len(server.accepted) == 4 * ROUNDS


def test_an_event_that_two_workers_receive_at_once_is_worth_one_mail() -> None:  # N-03
    settings = some_settings()
    known = {one.name: getattr(settings, one.name) for one in fields(settings) if one.name != "database_url"}
    with service_under_test(NOTIFIER, **known) as notifier:
        for position in range(1, ROUNDS + 1):
            event = contract_example("identity.account_activated.v1", position=position)

            together(*[partial(notifier.inbox.receive, [event])] * 3)

        assert len({mail.event_id for mail in mails(notifier.database)}) == len(mails(notifier.database)) == ROUNDS


def a_foreign_structure(number: int) -> dict[str, Any]:
    """The body of a creation, with an identifier that no directory knows."""
    return a_new_structure(identifier_type="HORS_UE", identifier=f"CHFROMAGES {number}", country="CH")


def a_structure_with_two_managers(structures: StructuresDriver) -> int:
    structure_id = structures.create(**a_foreign_structure(1))
    requested = structures.request(structure_id, STRANGER)
    assert structures.decide(MANAGER, "APPROVE", requested).status_code == 200
    with structures.service.database.writing() as session:
        session.get_one(Attachment, requested).role = Role.SECONDARY_MANAGER
    return structure_id


def principal_managers(structures: StructuresDriver) -> list[int]:
    """How many each structure has."""
    in_force = Attachment.role == Role.PRINCIPAL_MANAGER, Attachment.status == AttachmentStatus.APPROVED
    with structures.service.database.reading() as session:
        found = Counter(session.scalars(select(Attachment.structure_id).where(*in_force)))
        return [found[number] for number in session.scalars(select(Structure.id))]


def a_structure_with_everything_open(espaces: EspacesDriver) -> int:
    """With two managers, two colleagues, and one more who has asked for nothing yet."""
    structure_id, number = next(numbers), partial(next, numbers)
    espaces.hear("structures.structure_created.v1", structure_id=structure_id, attachment_id=number())
    for account_id in (COLLEAGUE, SECOND_COLLEAGUE, NEWCOMER):
        espaces.attach(account_id, number(), structure_id=structure_id)
    espaces.attach(STRANGER, number(), structure_id=structure_id, role="GESTIONNAIRE_SECONDAIRE")
    for espace, options in TO_OPEN.items():
        assert espaces.open(structure_id=structure_id, espace=espace, options=options).status_code == 201
    return structure_id


def ask_for_everything(
    espaces: EspacesDriver, structure_id: int, account_id: int, *, reverse: bool = False
) -> list[int]:
    """The numbers of the requests: `reverse`, in the other order of espaces."""
    wanted = sorted(TO_OPEN, reverse=reverse)
    asked = [espaces.requested(account_id=account_id, structure_id=structure_id, espace=espace) for espace in wanted]
    return [one for some in asked for one in some]


def close_everything(espaces: EspacesDriver, structure_id: int) -> None:
    espaces.hear("structures.structure_changed.v1", structure_id=structure_id, status="INACTIF")


def statuses(espaces: EspacesDriver, structure_id: int | None = None, account_id: int | None = None) -> dict[int, Any]:
    """Of the subscriptions by their numbers."""
    chosen = select(Subscription.id, Subscription.status)
    if structure_id is not None:
        chosen = chosen.where(Subscription.structure_id == structure_id)
    if account_id is not None:
        chosen = chosen.where(Subscription.account_id == account_id)
    with espaces.service.database.reading() as session:
        return {one.id: one.status for one in session.execute(chosen)}


def sign_up_many(identity: Identity) -> list[str]:
    """The addresses of the accounts 1, 2, 3 …"""
    addresses = [an_address() for _ in range(ROUNDS)]
    for address in addresses:
        assert identity.sign_up(login_email=address).status_code == 202
    return addresses


def run_until_idle(sender: MailSender) -> None:
    while sender.run_once():
        pass
