"""Names and docstrings are plain technical English, in the field's standard terms (CONTRIBUTING.md, "How we write")."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_words import ROOT, sources

FOLDERS = ("chassis", "services", "gateway", "embedded", "deploy", "bench")

VAGUE = frozenset({"told", "found", "kept", "given", "shown", "asked", "wanted", "known", "tell", "one"})
"""Names that do not say what they hold. A comprehension may say `one`: it ends on the same line."""

HOME_MADE = {
    "act_as": "set_access_token",
    "blame": "add_refusal, add_field_error",
    "copies": "read models",
    "edge": "transaction boundary",
    "evenly": "padded",
    "forget": "erase",
    "forgetting": "erasure",
    "forgotten": "erased",
    "freshness": "read your writes",
    "look_until": "poll_until",
    "merging": "table sync",
    "pace": "response padding",
    "paces": "response padding",
    "sealed": "encrypted",
    "sealer": "cipher",
    "sealing": "encryption at rest",
    "seat": "leader lock",
    "spend": "count",
    "turns": "admission queue",
}
"""Words of our own for what the field has a word for."""

FRAGMENT = re.compile(
    r"(a|an|the|what|whether|of|one|who|whose|where|when|how|no|for|in|on|by|as|at|with|without|only|so|this|these|those"
    r"|it|its|they|also|nobody|everyone|none|all|each|from|to|not|same)\b",
    re.IGNORECASE,
)
"""First words of a docstring that has no verb, or no subject."""


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that the code names, except the targets of comprehensions."""
    comprehended = {
        target for node in ast.walk(tree) if isinstance(node, ast.comprehension) for target in ast.walk(node.target)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in comprehended:
            yield node.lineno, node.id


def test_names_say_what_they_hold_in_the_fields_terms() -> None:
    banned = VAGUE | HOME_MADE.keys()

    assert [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in sources(*FOLDERS)
        for line, name in names(ast.parse(path.read_text("utf-8")))
        if name.strip("_").lower() in banned
    ] == []


def test_modules_are_named_in_the_fields_terms() -> None:
    assert [path for path in sources(*FOLDERS, "tests") if path.stem.removeprefix("test_") in HOME_MADE] == []


def test_docstrings_start_with_a_verb_or_a_noun() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {text[:60]}"
        for path in sources(*FOLDERS)
        for line, text in docstrings(path)
        if FRAGMENT.match(text)
    ] == []


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of the docstrings of module, classes and functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield getattr(node, "lineno", 1), ast.get_docstring(node) or ""
