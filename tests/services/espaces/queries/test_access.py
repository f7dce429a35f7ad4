"""Access check: yes or no, the reason, the callers, and many at once."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.espaces.app import SERVICE
from tests.kit import databases
from tests.kit.support import service_under_test
from tests.services.espaces.driver import (
    BOTH,
    CENTRE,
    COLLEAGUE,
    MANAGER,
    STRANGER,
    STRUCTURE,
    TIC,
    EspacesDriver,
    refusal,
)

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({}, "no_subscription"),
        ({"espace": "CARNET"}, "espace_unknown"),
        ({"structure_id": 99}, "structure_unknown"),
        ({"espace": "SUIVI_DES_FLUX"}, "espace_not_open"),
    ],
)
def test_a_no_says_why(espaces: EspacesDriver, question: dict[str, Any], reason: str) -> None:  # E-15
    espaces.attach()
    espaces.open()

    assert espaces.access(**question) == reason


def test_who_is_not_attached_may_nothing(espaces: EspacesDriver) -> None:  # E-15
    espaces.open()

    assert espaces.access(STRANGER) == "not_attached"


def test_a_manager_asks_about_their_people_and_a_stranger_about_nobody_else(espaces: EspacesDriver) -> None:  # E-15
    espaces.attach()
    espaces.open()
    question = f"/access?account_id={MANAGER}&structure_id={STRUCTURE}&espace={TIC}&permission=MODIFICATION"

    assert espaces.access(COLLEAGUE, caller=MANAGER) == "no_subscription"
    assert refusal(espaces.call("GET", question, COLLEAGUE)) == (403, "not_a_manager")
    assert refusal(espaces.call("GET", question, STRANGER)) == (403, "not_a_manager")


def test_a_system_with_the_scope_asks_about_anyone(espaces: EspacesDriver) -> None:  # E-15
    espaces.open()
    question = {"account_id": MANAGER, "structure_id": STRUCTURE, "espace": TIC, "permission": BOTH[0]}

    def ask(*scopes: str) -> int:
        headers = espaces.service.service_headers("an-external-system", *scopes)
        return espaces.service.client.get("/access", query_string=question, headers=headers).status_code

    assert (ask("access.check"), ask("feed.read")) == (200, 403)


def test_a_thousand_questions_are_answered_in_their_order_with_few_statements(espaces: EspacesDriver) -> None:  # E-15
    espaces.open()
    checks = [
        {"account_id": MANAGER, "structure_id": STRUCTURE, "espace": espace, "permission": BOTH[number % 2]}
        for number in range(500)
        for espace in (TIC, "CARNET")
    ]

    with databases.statements() as sent:
        answers = espaces.call("POST", "/access/checks", json={"checks": checks}).get_json()["items"]

    assert [answer["reason"] for answer in answers] == ["granted", "espace_unknown"] * 500
    assert 1 <= len([one for one, _ in sent if one.lstrip().upper().startswith(("SELECT", "WITH"))]) <= 10
    assert espaces.call("POST", "/access/checks", json={"checks": [*checks, checks[0]]}).status_code == 422


def the_check(espaces: EspacesDriver) -> tuple[str, Any]:
    """Return the statement of one access check, and its parameters."""
    with databases.statements() as sent:
        espaces.access(MANAGER)
    reads = [one for one in sent if one[0].lstrip().upper().startswith("SELECT")]
    # The ended sessions are read beside one check of many, four times a second.
    (read,) = [one for one in reads if "ended_sessions" not in one[0]]
    return read


def test_the_single_check_is_one_read(espaces: EspacesDriver) -> None:  # E-15
    espaces.open()

    assert the_check(espaces)


@pytest.mark.sqlite_only
def test_the_check_finds_each_fact_by_its_own_index_on_sqlite(espaces: EspacesDriver) -> None:  # E-15
    statement, parameters = the_check(espaces)

    with espaces.service.database.engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]

    searched = " ".join(step for step in plan if step.startswith("SEARCH"))
    assert "ux_subscriptions_live (account_id=? AND structure_id=? AND espace=? AND permission=?)" in searched
    assert "ux_openings_active (structure_id=? AND espace=?)" in searched
    assert "ux_attachments_account (account_id=? AND structure_id=?)" in searched
    assert [step for step in plan if step.startswith("SCAN") and step not in ("SCAN asked", "SCAN CONSTANT ROW")] == []


@pytest.mark.containers
def test_the_check_finds_each_fact_by_its_own_index_on_postgresql() -> None:  # E-15
    with databases.chosen(databases.POSTGRESQL), service_under_test(SERVICE) as running:
        statement, parameters = the_check(EspacesDriver(running))
        with running.database.engine.connect() as connection:
            # So few rows are best read whole: what is shown here is that they need not be.
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())

    for index, columns in (("ux_subscriptions_live", 4), ("ux_openings_active", 2), ("ux_attachments_account", 2)):
        (condition,) = re.findall(rf"Index Scan using {index} on .*\n *Index Cond: (.*)", plan)
        assert condition.count(" = ") == columns, condition
    assert "Seq Scan" not in plan


def test_an_account_that_is_not_active_may_nothing_until_it_is(espaces: EspacesDriver) -> None:  # E-15, A-04
    espaces.attach()
    espaces.open()
    espaces.decide(MANAGER, "APPROVE", espaces.requested())

    espaces.hear("identity.account_registered.v1", account_id=COLLEAGUE)
    assert espaces.access(COLLEAGUE, caller=MANAGER) == "account_inactive"

    espaces.hear("identity.account_activated.v1", account_id=COLLEAGUE)
    assert espaces.access(COLLEAGUE, caller=MANAGER) == "granted"


def test_an_account_that_identity_has_not_told_of_yet_is_not_held_up(espaces: EspacesDriver) -> None:  # E-15
    espaces.attach()
    espaces.open()
    espaces.decide(MANAGER, "APPROVE", espaces.requested())

    assert espaces.access() == "granted"


def test_a_registration_that_is_heard_again_does_not_undo_the_activation(espaces: EspacesDriver) -> None:  # E-15
    espaces.open()

    espaces.hear("identity.account_registered.v1", account_id=MANAGER)

    assert espaces.access(MANAGER) == "granted"


def test_a_creation_that_is_heard_after_a_change_does_not_undo_it(espaces: EspacesDriver) -> None:  # E-12
    change = {"structure_id": 9, "status": "INACTIF"}
    espaces.hear("structures.structure_changed.v1", **change)

    espaces.hear("structures.structure_created.v1", structure_id=9, attachment_id=19)

    assert espaces.access(MANAGER, structure_id=9) == "structure_inactive"


def test_each_permission_is_a_right_of_its_own(tic: EspacesDriver) -> None:  # E-08, E-15
    first, second = tic.requested()
    tic.decide(MANAGER, "APPROVE", [first])

    assert tic.access(permission=BOTH[0]) == "granted"
    assert tic.access(permission=BOTH[1]) == "subscription_pending"

    tic.decide(MANAGER, "REFUSE", [second], reason="No")
    assert tic.access(permission=BOTH[1]) == "no_subscription"


def test_a_right_in_one_structure_is_none_in_another(tic: EspacesDriver) -> None:  # E-15
    tic.hear("structures.structure_created.v1", structure_id=CENTRE, attachment_id=13)
    tic.open(structure_id=CENTRE)
    tic.attach(structure_id=CENTRE, attachment_id=14)
    tic.decide(MANAGER, "APPROVE", tic.requested())

    assert (tic.access(), tic.access(structure_id=CENTRE)) == ("granted", "no_subscription")


def test_whoever_opens_is_let_in_by_the_very_next_question_and_on_every_client(espaces: EspacesDriver) -> None:  # E-11
    assert espaces.access(MANAGER) == "espace_not_open"

    espaces.open()

    assert espaces.access(MANAGER) == "granted"
    assert answers_of_a_system(espaces, a_question(MANAGER)) == ["granted"]


def test_what_is_removed_is_refused_by_the_very_next_question_of_a_system(tic: EspacesDriver) -> None:  # E-10, E-11
    assert answers_of_a_system(tic, a_question(MANAGER)) == ["granted"]

    tic.call("POST", "/subscriptions/removals", json={"subscription_ids": [2]})

    assert answers_of_a_system(tic, a_question(MANAGER)) == ["no_subscription"]


def test_a_system_asks_about_many_people_and_structures_at_once(tic: EspacesDriver) -> None:  # E-15
    tic.requested()
    questions = [
        a_question(STRANGER),
        a_question(MANAGER),
        a_question(COLLEAGUE),
        a_question(MANAGER, structure_id=99),
        a_question(MANAGER, espace="ACTIVITES_GESTIONNAIRE"),
        a_question(COLLEAGUE, espace="ACTIVITES_GESTIONNAIRE"),
        a_question(MANAGER, espace="CARNET"),
        a_question(MANAGER),
    ]

    assert answers_of_a_system(tic, *questions) == [
        "not_attached",
        "granted",
        "subscription_pending",
        "structure_unknown",
        "granted",
        "not_a_manager",
        "espace_unknown",
        "granted",
    ]


def test_the_thousandth_answer_is_the_thousandth_question_s(tic: EspacesDriver) -> None:  # E-15
    questions = [a_question(number + 1000) for number in range(1000)]
    questions[0] = questions[99] = questions[100] = questions[999] = a_question(MANAGER)

    answers = answers_of_a_system(tic, *questions)

    granted = [number for number, answer in enumerate(answers) if answer == "granted"]
    assert (granted, len(answers)) == ([0, 99, 100, 999], 1000)
    assert set(answers) == {"granted", "not_attached"}


def test_a_right_without_an_end_says_so(tic: EspacesDriver) -> None:  # E-15
    answer = tic.call("GET", "/access", query_string=a_question(MANAGER))

    assert answer.get_json() == {"allowed": True, "reason": "granted", "until": None}


def test_one_question_about_another_s_people_spoils_the_lot(tic: EspacesDriver) -> None:  # E-15
    tic.hear("structures.structure_created.v1", structure_id=CENTRE, attachment_id=13, principal_manager_id=STRANGER)

    def ask(account_id: int, *questions: dict[str, Any]) -> TestResponse:
        return tic.call("POST", "/access/checks", account_id, json={"checks": questions})

    own, elsewhere = a_question(COLLEAGUE), a_question(COLLEAGUE, structure_id=CENTRE)
    assert ask(MANAGER, own, a_question(MANAGER)).status_code == 200
    assert refusal(ask(MANAGER, own, elsewhere)) == (403, "not_a_manager")
    assert refusal(ask(COLLEAGUE, own, a_question(MANAGER))) == (403, "not_a_manager")
    assert refusal(ask(MANAGER, a_question(COLLEAGUE, structure_id=99))) == (403, "not_a_manager")


def test_a_secondary_manager_asks_about_the_people_of_the_structure(tic: EspacesDriver) -> None:  # E-15
    tic.attach(STRANGER, attachment_id=14, role="GESTIONNAIRE_SECONDAIRE")

    assert tic.access(COLLEAGUE, caller=STRANGER) == "no_subscription"


def a_question(account_id: int, **changes: Any) -> dict[str, Any]:
    return {"account_id": account_id, "structure_id": STRUCTURE, "espace": TIC, "permission": BOTH[1], **changes}


def answers_of_a_system(espaces: EspacesDriver, *questions: dict[str, Any]) -> list[str]:
    """Return the reasons in an external system's answers."""
    headers = espaces.service.service_headers("an-external-system", "access.check")
    answer = espaces.service.client.post("/access/checks", json={"checks": questions}, headers=headers)
    assert answer.status_code == 200, answer.json
    return [item["reason"] for item in answer.get_json()["items"]]


@pytest.mark.parametrize("event", ["identity.account_deactivated.v1", "identity.account_erased.v1", None])
def test_nothing_is_told_of_the_state_of_people_who_are_not_attached(espaces: EspacesDriver, event: str | None) -> None:
    # E-15
    if event:
        espaces.hear(event, account_id=STRANGER)

    assert espaces.access(STRANGER, MANAGER) == "not_attached"
