"""Every sentence that says no, in a table to read: `make sentences` prints it.

All forms of the portal are filled in with what people get wrong, field by field; the refusals of the services follow.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField

from gateway.app import create_app
from gateway.messages import fields, refusals
from gateway.portal.frame.forms import PortalForm
from tests.gateway.builders import settings

WRONG = {
    "nothing": "",
    "blanks": "   ",
    "too much": "x" * 5000,
    "another kind": "abc",
    "a number": "0",
    "unseen characters": "a\u200b\x00b",
    "markup": "<b>=1+1</b>",
}


@dataclass(frozen=True)
class Refused:
    where: str
    field: str
    value: str
    sentence: str


def forms() -> list[type[PortalForm]]:
    """Return the forms of all pages, those alone that a page shows."""
    found, waiting = [], [PortalForm]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [form for form in below if form.__module__.startswith("gateway.")]
    return sorted(set(found), key=lambda form: (form.__module__, form.__qualname__))


def of_forms(app: Flask) -> Iterator[Refused]:
    for form in forms():
        for kind, value in WRONG.items():
            with app.test_request_context("/", method="POST"):
                yield from _refused_by(form, kind, value)


def _refused_by(kind_of_form: type[PortalForm], kind: str, value: str) -> Iterator[Refused]:
    names = [name for name, field in kind_of_form(formdata=None)._fields.items() if not isinstance(field, HiddenField)]
    form = kind_of_form(formdata=MultiDict(dict.fromkeys(names, value)), meta={"csrf": False})
    for name in names:
        if getattr(form[name], "choices", ()) is None:
            form[name].choices = []  # a view sets them, from what a service says
    # The base class's: a captcha's own would ask identity for another image.
    PortalForm.validate(form)
    for name in names:
        for sentence in form[name].errors:
            yield Refused(kind_of_form.__name__, _label(form[name]), kind, sentence)


def _label(field: Field) -> str:
    return str(Markup(field.label.text).striptags())


def of_services() -> Iterator[Refused]:
    for code, sentence in refusals.SENTENCES.items():
        yield Refused("a service's refusal", "", code, sentence)
    for status, sentence in refusals.BY_STATUS.items():
        yield Refused("a status", "", str(status), sentence)
    for code, sentence in fields.FIELD_ERRORS.items():
        yield Refused("a service's refusal of a field", "", code, sentence)


def everything() -> list[Refused]:
    return [*of_forms(create_app(settings())), *of_services()]


def table(rows: list[Refused]) -> str:
    lines = ["| where | field | what | sentence |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {one.where} | {one.field} | {one.value} | {one.sentence} |" for one in rows)])


if __name__ == "__main__":
    sys.stdout.write(table(everything()) + "\n")
