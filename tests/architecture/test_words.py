"""What holds for the text of the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH_ONLY = ("chassis", "services", "embedded", "deploy")
FRENCH = re.compile(
    r"\b([Vv]ous|[Vv]otre|vos|[Uu]ne|[Ll]es|[Dd]es|est|[Pp]our|avec|dans|[Cc]ette|n'est|[Aa]ucune?|[Vv]euillez)\b"
)
"""Not in capitals: those are names in the directory."""
ENOUGH_TO_BE_FRENCH = 2
OF_DEMO_PEOPLE = ROOT / "embedded" / "demo_data"
"""Comments and reasons there are what French people have written."""
GENERATED = ROOT / "gateway" / "clients" / "answers"
"""As long as the documents that it is made from."""
MOST_LINES = 250
MOST_LINES_OF_A_TEST = 400
MOST_LINES_OF_A_FUNCTION = 40


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations/versions" not in path.as_posix()]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_french_sentence_stands_outside_gateway_and_templates() -> None:
    french = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources(*ENGLISH_ONLY)
        if not path.is_relative_to(OF_DEMO_PEOPLE)
        for line, text in texts(path)
        if len(FRENCH.findall(text)) >= ENOUGH_TO_BE_FRENCH
    ]

    assert french == []


def test_files_and_functions_stay_short() -> None:
    long = []
    for path in sources("chassis", "services", "gateway", "embedded", "tests"):
        if path.is_relative_to(GENERATED):
            continue
        text = path.read_text("utf-8")
        most = MOST_LINES_OF_A_TEST if path.relative_to(ROOT).parts[0] == "tests" else MOST_LINES
        if len(text.splitlines()) > most:
            long.append(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")

    assert long == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "mock.patch", "MagicMock"])
def test_nothing_is_left_for_later_and_nothing_is_mocked(word: str) -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sources("chassis", "services", "gateway", "embedded", "tests")
        if path != Path(__file__) and word in path.read_text("utf-8")
    ]

    assert found == []
