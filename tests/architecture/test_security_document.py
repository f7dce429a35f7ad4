"""docs/security.md says what is met by which file and proved by which test: all of them exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHORT = {"id/": "services/identity/", "t-id/": "tests/services/identity/"}
DOCUMENT = (ROOT / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*) \| ([12, ]+) \| ([^|]+) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)
ROWS = ROW.findall(DOCUMENT)
LEVEL_2 = {
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
}  # fmt: skip
"""Section → its requirements of levels 1 and 2 in ASVS 5.0.0, which are the first ones of each section."""


def named() -> list[str]:
    """Files, folders and tests in the document, at full length."""
    found = []
    for name in re.findall(r"`([\w.-]+/[^` ]*)`", DOCUMENT):
        short = next((one for one in SHORT if name.startswith(one)), "")
        found.append(SHORT.get(short, "") + name.removeprefix(short))
    return sorted(set(found) - set(SHORT.values()))


def test_there_is_something_to_hold() -> None:
    assert len(ROWS) > 80
    assert len(named()) > 60


@pytest.mark.parametrize("name", named())
def test_what_the_document_names_exists(name: str) -> None:
    file, _, test = name.partition("::")

    assert (ROOT / file).exists()
    if test:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8")


def test_every_row_names_a_test_or_says_why_not() -> None:
    without = [
        number
        for number, _, _, met, proof in ROWS
        if "tests/" not in proof and "t-id/" not in proof and "**" not in proof and "does not apply" not in proof
        if not proof.startswith(("as ", "below"))
    ]

    assert without == []


def test_no_requirement_on_authentication_sessions_tokens_and_oauth_is_left_out() -> None:
    listed = {number for cell, *_ in ROWS for number in numbers_in(cell)}

    missing = [
        f"{section}.{number}"
        for section, count in LEVEL_2.items()
        for number in range(1, count + 1)
        if f"{section}.{number}" not in listed
    ]
    assert missing == []


def numbers_in(cell: str) -> list[str]:
    """`10.4.1 to 10.4.3, 10.4.6` as the four that it means."""
    found: list[str] = []
    for part in cell.split(", "):
        first, _, last = part.strip().partition(" to ")
        section, number = first.rsplit(".", 1)
        end = last.rsplit(".", 1)[1] if last.startswith(f"{section}.") else number
        found += [f"{section}.{each}" for each in range(int(number), int(end) + 1)]
    return found
