"""Rendering of mails: Jinja first, then MJML into HTML. Texts by people can add neither a header, a line nor markup."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import mrml
from babel.dates import format_date, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_IN_SUBJECT = 50
"""Characters of each text by people in a subject: with two of them, our own words still fit."""
HARMLESS = (
    r"(?-i:\b(?:Sts?|Stes?|Mme|Mlle|Dr|Pr|Ets|Sté|Cie)\.[A-ZÀ-Ý][a-zà-ÿ]+(?![\w.@/]))|\b1[89]\d\d ?[-–/] ?1[89]\d\d\b"
)
"""Abbreviated title before a name, and the years of a war, which look like a link and a telephone number."""
LINK = r"(?:https?:|www[.。．｡]|mailto:|tel:)\S*|\S+[@＠]\S+"
DOMAIN = r"\b[\w-]+(?:[.。．｡][\w-]+)*[.。．｡](?:[^\W\d_]{2,}|xn--[\w-]+)\b(?:/\S*)?"
TELEPHONE = r"\+?\d(?:[\W_]{0,3}\d){7,}"
ADVERTISED = re.compile(f"(?P<harmless>{HARMLESS})|{LINK}|{DOMAIN}|{TELEPHONE}", re.IGNORECASE)
OURS = frozenset({"portal_url", "link", "occurred_at"})
"""Values that no person wrote, and that stay exactly as they are."""
LINK_SIGN = re.compile(r"(?<=[^\W_])(?:[.。．｡](?=[^\W\d_]{2})|[@＠](?=[^\W_])|:(?=//|[^\W\d_]))")
"""Signs by which mail programs make a link of a text: within domains and e-mail addresses, after a scheme."""
ZERO_WIDTH_SPACE = "\u200b"
PARIS = ZoneInfo("Europe/Paris")
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
        self._jinja.filters.update(quoted=quoted, with_breaks=with_breaks, moment=moment)

    def render(self, template: str, context: Mapping[str, object]) -> Rendered:
        """Return the three parts of a mail from its stored context and the values looked up for this try."""
        values = {**clean(context), "portal_url": self._portal_url}
        subject = self._render(f"{template}.subject.txt", for_subject(values)).strip()
        unlinked = without_links(values)
        return Rendered(
            subject=subject,
            text=self._render(f"{template}.txt", unlinked).strip() + "\n",
            html=mrml.to_html(self._render(f"{template}.mjml", {**unlinked, "subject": subject})).content,
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
        key: _short(value) if isinstance(value, str) and key not in OURS else value
        for key, value in values.items()
        if key not in FREE_TEXTS
    }


def _short(text: str) -> str:
    plain = one_line(ADVERTISED.sub(lambda match: match["harmless"] or "…", text))
    if len(plain) > LONGEST_IN_SUBJECT:
        plain = f"{plain[: LONGEST_IN_SUBJECT - 1].rstrip()}…"
    return _isolated(plain)


def without_links(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with each text by people reading as before, while mail programs make no link of it."""
    return {
        key: LINK_SIGN.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", value) if isinstance(value, str) and key not in OURS else value
        for key, value in values.items()
    }


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


def moment(value: str) -> str:
    """Return date and time in Paris, `1er décembre 2026 à 14:02 (heure de Paris)`, of an ISO 8601 time."""
    at = datetime.fromisoformat(value).astimezone(PARIS)
    day = f"{at.day}er" if at.day == 1 else f"{at.day}"
    month = format_date(at.date(), "MMMM y", locale="fr")
    return f"{day} {month} à {format_time(at.time(), 'short', locale='fr')} (heure de Paris)"


def with_breaks(text: str) -> Markup:
    """Return a person's words for an HTML mail, escaped, with a tag for each line break."""
    return Markup("<br />").join(escape(line) for line in text.strip().split("\n"))
