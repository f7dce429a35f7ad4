"""Tests of services that run on PostgreSQL too (`pytest tests/services -m both_databases --database postgresql`)."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1] / "services"
MARK = re.compile(r"^pytestmark = .*pytest\.mark\.both_databases", re.MULTILINE)
KEEPS_ROWS = re.compile(r": (Identity|StructuresDriver|EspacesDriver|Database|ServiceUnderTest)\b|service_under_test")
ONE_IS_ENOUGH = {
    "espaces/catalogue/test_catalogue.py": "reads a file; no row decides",
    "espaces/api/test_input.py": "refuses what never reaches the database",
    "identity/api/test_tokens.py": "tokens of services: no row",
    "identity/tokens/test_key_file.py": "keys in a file",
    "notifier/test_app.py": "settings and a mail server",
    "test_forged_tokens.py": "refuses what never reaches the database",
}


def test_what_keeps_rows_is_tested_on_both_databases_or_says_why_one_is_enough() -> None:
    sources = {str(path.relative_to(TESTS)): path.read_text("utf-8") for path in TESTS.rglob("test_*.py")}
    keeping_rows = {name for name, source in sources.items() if KEEPS_ROWS.search(source)}
    on_both = {name for name, source in sources.items() if MARK.search(source)}

    assert keeping_rows - on_both == ONE_IS_ENOUGH.keys()
    assert on_both <= keeping_rows
