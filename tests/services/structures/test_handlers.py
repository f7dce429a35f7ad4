"""Read model of people, from the contracts' examples, each event twice."""

import pytest

from services.structures.handlers import HANDLERS
from services.structures.models.read_models import AccountStatus, Person
from tests.kit.support import contract_example
from tests.services.structures.builders import MANAGER
from tests.services.structures.driver import StructuresDriver

pytestmark = pytest.mark.both_databases

REGISTERED, ACTIVATED = "identity.account_registered.v1", "identity.account_activated.v1"


def person(structures: StructuresDriver, account_id: int = MANAGER) -> Person:
    with structures.service.database.reading() as session:
        row = session.get(Person, account_id)
        assert row is not None
        session.expunge(row)
    return row


def apply_twice(structures: StructuresDriver, name: str) -> None:
    """Past the inbox, which would stop the second."""
    event = contract_example(name)
    for _ in range(2):
        with structures.service.database.writing() as session:
            HANDLERS[name](session, event)


def test_a_registered_account_is_a_person_not_yet_active(structures: StructuresDriver) -> None:
    apply_twice(structures, REGISTERED)

    projected = person(structures)
    assert (projected.first_name, projected.last_name) == ("Camille", "Moreau")
    assert projected.login_email == "camille.moreau@exemple.fr"
    assert projected.status is AccountStatus.PENDING


def test_an_activated_account_is_an_active_person(structures: StructuresDriver) -> None:
    apply_twice(structures, REGISTERED)

    apply_twice(structures, ACTIVATED)

    projected = person(structures)
    assert (projected.last_name, projected.status) == ("Moreau", AccountStatus.ACTIVE)


def test_an_activation_that_comes_first_is_not_lost(structures: StructuresDriver) -> None:
    apply_twice(structures, ACTIVATED)

    apply_twice(structures, REGISTERED)

    projected = person(structures)
    assert (projected.last_name, projected.status) == ("Moreau", AccountStatus.ACTIVE)


def test_an_event_delivered_twice_is_applied_once(structures: StructuresDriver) -> None:
    event = contract_example(REGISTERED)

    structures.service.inbox.receive([event, event])

    assert structures.service.inbox.position("identity") == 1


def test_managers_see_what_is_known_of_a_person(structures: StructuresDriver) -> None:  # S-10
    structure_id = structures.create()
    nameless = structures.attachments(structure_id)[0]["person"]

    apply_twice(structures, REGISTERED)

    assert nameless == {"account_id": MANAGER, **dict.fromkeys(("last_name", "first_name", "login_email", "status"))}
    assert structures.attachments(structure_id)[0]["person"]["last_name"] == "Moreau"
