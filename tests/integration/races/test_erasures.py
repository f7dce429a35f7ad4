"""A-15 on PostgreSQL: what happens in the same instant as an erasure is either found by it or refused."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from services.identity.models.sessions import AccountSession
from tests.integration.races.racing import ROUNDS
from tests.kit.databases import everything_in
from tests.kit.support import ServiceUnderTest, contract_example
from tests.kit.together import together
from tests.services.espaces.driver import EspacesDriver
from tests.services.identity.builders import PASSWORD, Identity, an_address, bearer
from tests.services.structures.builders import a_new_structure
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.containers

WORDS = "Zébulon Quidam m'envoie."
REGISTERED, ERASED = "identity.account_registered.v1", "identity.account_erased.v1"


def hear(service: ServiceUnderTest, name: str, position: int, **facts: Any) -> None:
    service.inbox.receive([contract_example(name, position=position, **facts)])


def test_of_two_erasures_of_one_account_one_is_told(identity: Identity) -> None:
    for number in range(1, ROUNDS + 1):
        address = an_address()
        identity.active_account(login_email=address)
        headers = bearer(identity.sign_in(address))
        erase = partial(identity.post, "/personal-data/erasure", {"current_password": PASSWORD}, headers=headers)

        statuses = sorted(answer.status_code for answer in together(erase, erase))

        assert statuses[0] == 204
        assert statuses[1] in (401, 404)  # the session, or the account, was gone already
        assert len(identity.events(ERASED)) == number


def test_no_session_outlives_an_erasure_in_the_same_instant(identity: Identity) -> None:
    for number in range(1, ROUNDS + 1):
        address = an_address()
        identity.active_account(login_email=address)
        signed_in = identity.sign_in(address)
        together(
            partial(identity.post, "/personal-data/erasure", {"current_password": PASSWORD}, headers=bearer(signed_in)),
            partial(identity.sign_in, address),
            partial(identity.refresh, signed_in.get_json()["refresh_token"]),
        )

        assert len(identity.events(ERASED)) == number
        with identity.service.database.reading() as session:
            of_it = select(func.count()).select_from(AccountSession).where(AccountSession.account_id == number)
            assert session.scalar(of_it) == 0


def test_a_request_for_attachment_in_the_same_instant_leaves_no_words(structures: StructuresDriver) -> None:  # S-09
    structure_id = structures.create(identifier_type="AUTRE", identifier="EN-COURS-1")
    for number in range(ROUNDS):
        person = 1000 + number
        hear(structures.service, REGISTERED, 2 * number + 1, account_id=person)
        asking = f"/structures/{structure_id}/attachments"
        together(
            partial(hear, structures.service, ERASED, 2 * number + 2, account_id=person),
            partial(structures.call, "POST", asking, person, json={"comment": WORDS}),
            partial(structures.call, "POST", "/structures", person, json=a_foreign_structure(number)),
        )

        assert WORDS not in everything_in(structures.service.database)
        assert set(statuses_of(structures, person)) <= {"SUPPRIMEE"}


def test_a_request_for_a_subscription_in_the_same_instant_leaves_no_words(espaces: EspacesDriver) -> None:  # E-08
    espaces.open()
    for number in range(ROUNDS):
        person = 1000 + number
        espaces.hear(REGISTERED, account_id=person)
        espaces.hear("identity.account_activated.v1", account_id=person)
        espaces.attach(person, attachment_id=person)
        together(
            partial(espaces.hear, ERASED, account_id=person),
            partial(espaces.request, person, comment=WORDS),
        )

        assert WORDS not in everything_in(espaces.service.database)
        items = espaces.call("GET", "/personal-data", person).get_json()["subscriptions"]
        assert {one["status"] for one in items} <= {"SUPPRIME"}


def a_foreign_structure(number: int) -> dict[str, Any]:
    return a_new_structure(identifier_type="HORS_UE", identifier=f"CHFROMAGES {number}", country="CH")


def statuses_of(structures: StructuresDriver, account_id: int) -> list[str]:
    items = structures.call("GET", "/attachments", account_id).get_json()["items"]
    return [one["status"] for one in items]
