"""Every way of saying no can be said in French by the gateway."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

from chassis.ground import problems
from chassis.ground.problems import Refusal
from chassis.processes.registry import SERVICES
from gateway.messages.happenings import HAPPENINGS
from gateway.messages.refusals import SENTENCES
from services.identity.models.history import Happening


def refusals(module: ModuleType) -> list[type[Refusal]]:
    return [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Refusal) and value is not Refusal and hasattr(value, "code")
    ]


def modules_of(package: ModuleType) -> list[ModuleType]:
    """Return the package and the modules in it."""
    names = [module.name for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    return [package, *(importlib.import_module(name) for name in names)]


ERRORS = [importlib.import_module(f"services.{name}.errors") for name in SERVICES]
MODULES = [problems, *(module for package in ERRORS for module in modules_of(package))]
CODES = sorted({refusal.code for module in MODULES for refusal in refusals(module)})


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_a_french_sentence(code: str) -> None:
    assert code in SENTENCES


@pytest.mark.parametrize("happening", Happening)
def test_everything_that_can_happen_to_an_account_has_a_french_sentence(happening: Happening) -> None:
    assert happening in HAPPENINGS


def test_one_code_means_one_status_or_422_where_a_field_is_to_blame() -> None:
    statuses: dict[str, set[int]] = {}
    for module in MODULES:
        for refusal in refusals(module):
            statuses.setdefault(refusal.code, set()).add(refusal.status)

    several = {code: found for code, found in statuses.items() if len(found - {422}) > 1}

    assert several == {}
