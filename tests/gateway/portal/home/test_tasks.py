"""Task list of the home page, from the answers of the services."""

from typing import Any, cast

from gateway.portal.home.tasks import DONE, LATER, NEXT, WAIT, Situation, task_list
from tests.gateway.portal.builders import a_menu_entry, a_subscription, an_attachment, an_espace


def states(**answers: Any) -> list[str]:
    nothing: dict[str, Any] = {"attachments": [], "espaces": {}, "subscriptions": [], "menu": []}
    return [task.state for task in task_list(cast(Any, Situation)(**nothing | answers))]


def test_a_new_account_is_told_to_attach_itself() -> None:
    assert states() == [DONE, NEXT, LATER, LATER]


def test_who_asked_to_be_attached_waits() -> None:
    assert states(attachments=[an_attachment("EN_COURS_DE_VALIDATION", "UTILISATEUR")]) == [DONE, WAIT, LATER, LATER]


def test_the_principal_manager_is_told_to_open_an_espace() -> None:
    # E-03
    assert states(attachments=[an_attachment()], espaces={7: [an_espace()]}) == [DONE, DONE, NEXT, LATER]


def test_an_attached_user_waits_for_the_principal_manager_to_open_one() -> None:
    # E-03
    assert states(attachments=[an_attachment(role="UTILISATEUR")], espaces={7: [an_espace()]})[2] == WAIT


def test_the_managers_espace_is_not_one_that_had_to_be_opened() -> None:
    # E-04
    of_managers = an_espace(espace="ACTIVITES_GESTIONNAIRE", for_managers=True)
    entered = a_menu_entry() | {"espace": "ACTIVITES_GESTIONNAIRE"}

    reached = states(attachments=[an_attachment()], espaces={7: [of_managers]}, menu=[entered])

    assert reached == [DONE, DONE, NEXT, LATER]


def test_an_attached_user_is_told_to_ask_for_a_subscription() -> None:
    # E-08
    user = an_attachment(role="UTILISATEUR")

    assert states(attachments=[user], espaces={7: [an_espace(is_open=True)]}) == [DONE, DONE, DONE, NEXT]


def test_who_asked_for_a_subscription_waits() -> None:
    # E-09
    answers = {"attachments": [an_attachment(role="UTILISATEUR")], "espaces": {7: [an_espace(is_open=True)]}}

    assert states(**answers, subscriptions=[a_subscription("EN_COURS_DE_VALIDATION")])[3] == WAIT


def test_who_may_enter_an_espace_has_done_everything() -> None:
    # E-14
    answers = {"attachments": [an_attachment()], "espaces": {7: [an_espace(is_open=True)]}}

    assert states(**answers, menu=[a_menu_entry()]) == [DONE, DONE, DONE, DONE]
