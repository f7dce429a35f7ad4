"""Every way of saying no can be said in French by the gateway."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

from chassis.ground import problems
from chassis.ground.problems import Refusal
from chassis.processes.registry import SERVICES
from gateway import messages
from services.identity.models.history import Happening


def refusals(module: ModuleType) -> list[type[Refusal]]:
    return [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Refusal) and value is not Refusal and hasattr(value, "code")
    ]


def with_submodules(name: str) -> list[ModuleType]:
    module = importlib.import_module(name)
    names = [found.name for found in pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")]
    return [module, *map(importlib.import_module, names)]


MODULES = [problems, *(module for name in SERVICES for module in with_submodules(f"services.{name}.errors"))]
CODES = sorted({refusal.code for module in MODULES for refusal in refusals(module)})


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_a_french_sentence(code: str) -> None:
    assert code in messages.SENTENCES


@pytest.mark.parametrize("happening", Happening)
def test_everything_that_can_happen_to_an_account_has_a_french_sentence(happening: Happening) -> None:
    assert happening in messages.HAPPENINGS


def test_one_code_means_one_status_or_422_where_a_field_is_to_blame() -> None:
    statuses: dict[str, set[int]] = {}
    for module in MODULES:
        for refusal in refusals(module):
            statuses.setdefault(refusal.code, set()).add(refusal.status)

    several = {code: found for code, found in statuses.items() if len(found - {422}) > 1}

    assert several == {}
