"""Rendering of mails: Jinja first, then MJML into HTML. Texts by people can add neither a header, a line nor markup."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import mrml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_IN_SUBJECT = 50
"""Characters of each text by people in a subject: with two of them, our own words still fit."""
LINK_OR_TELEPHONE = re.compile(
    r"(?:https?:|www\.|mailto:)\S*|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?|\+?\d(?:[ .\-/()]{0,2}\d){7,}",
    re.IGNORECASE,
)
FREE_TEXTS = frozenset({"comment", "reason"})
"""Fields with several lines; templates quote them."""
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of control, invisible (also direction-reversing), broken and line-ending characters."""

JOINERS = frozenset("\u200c\u200d")
"""Invisible characters that a name may need: between letters of many scripts, and within one emoji."""
FROM_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
"""Unicode's bidirectional classes of letters and digits read from right to left."""
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, repr=False)
class Rendered:
    subject: str
    text: str
    html: str


class Renderer:
    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url.rstrip("/")
        self._jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(enabled_extensions=("mjml",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters.update(quoted=quoted, with_breaks=with_breaks)

    def render(self, template: str, context: Mapping[str, object]) -> Rendered:
        """Return the three parts of a mail from its stored context and the values looked up for this try."""
        values = {**clean(context), "portal_url": self._portal_url}
        subject = one_line(self._render(f"{template}.subject.txt", for_subject(values)))
        return Rendered(
            subject=subject,
            text=self._render(f"{template}.txt", values).strip() + "\n",
            html=mrml.to_html(self._render(f"{template}.mjml", {**values, "subject": subject})).content,
        )

    def _render(self, file: str, values: Mapping[str, object]) -> str:
        return self._jinja.get_template(file).render(values)


def clean(context: Mapping[str, object]) -> dict[str, object]:
    """Return the context with each text on one line, free texts on their lines, without unprintable characters.

    Text read from right to left is isolated.
    """
    return {key: _clean(value, several_lines=key in FREE_TEXTS) for key, value in context.items()}


def for_subject(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with each text short enough to leave our words their place, and free of links and telephones.

    A subject reaches people who know neither the sender nor us: it must carry nobody's advertisement.
    """
    return {
        key: _short(value) if isinstance(value, str) and key != "portal_url" else value for key, value in values.items()
    }


def _short(text: str) -> str:
    plain = one_line(LINK_OR_TELEPHONE.sub("…", text))
    if len(plain) <= LONGEST_IN_SUBJECT:
        return plain
    shortened = plain[: LONGEST_IN_SUBJECT - 1].rstrip()
    # A text from right to left was isolated: its end must not be cut off.
    return f"{shortened}…{POP_ISOLATE}" if FIRST_STRONG_ISOLATE in shortened else f"{shortened}…"


def _clean(value: object, *, several_lines: bool) -> object:
    if isinstance(value, str):
        lines = value.splitlines() if several_lines else [value]
        return "\n".join(_isolated(one_line(line)) for line in lines)
    return value


def _isolated(text: str) -> str:
    # Without the isolates, text from right to left would reorder our own words beside it on the screen.
    reads_backwards = any(unicodedata.bidirectional(char) in FROM_RIGHT_TO_LEFT for char in text)
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if reads_backwards else text


def one_line(text: str) -> str:
    """Return `text` with every run of spaces and unprintable characters as one space."""
    return " ".join("".join(char if _is_printable(char) else " " for char in text).split())


def _is_printable(char: str) -> bool:
    return char in JOINERS or unicodedata.category(char) not in UNPRINTABLE


def quoted(text: str) -> str:
    """Return a person's words for a text mail, each line marked, so that none can pass for ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))


def with_breaks(text: str) -> Markup:
    """Return a person's words for an HTML mail, escaped, with a tag for each line break."""
    return Markup("<br />").join(escape(line) for line in text.strip().split("\n"))
