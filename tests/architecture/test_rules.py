"""docs/rules.md leads from a rule to the file that keeps it; the tests that prove it name it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([ASENX]-\d\d) \|.*\| (.+) \|$", re.MULTILINE)
RULES = ROW.findall((ROOT / "docs" / "rules.md").read_text("utf-8"))


def proofs() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))


def test_there_are_rules() -> None:
    assert len(RULES) > 30


@pytest.mark.parametrize(("rule", "files"), RULES)
def test_each_rule_is_kept_in_files_that_exist(rule: str, files: str) -> None:
    named = re.findall(r"`([^`]+/[^`]*)`", files)

    assert named, rule
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_each_rule_is_named_by_a_test() -> None:
    proved = set(re.findall(r"\b[ASENX]-\d\d\b", proofs()))

    assert [rule for rule, _ in RULES if rule not in proved] == []
