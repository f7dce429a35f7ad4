"""Devices: the names of browser and system, as people know them, recognised in a User-Agent."""

from collections.abc import Mapping
from dataclasses import dataclass

BROWSERS: Mapping[str, str] = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
    "python-requests/": "Python",
}
"""Names by their sign in a User-Agent. The order counts: most browsers claim to be Safari, and many to be Chrome."""

SYSTEMS: Mapping[str, str] = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
"""Names by their sign in a User-Agent. The order counts here too: Android says that it is Linux."""


@dataclass(frozen=True)
class Device:
    """Device of a User-Agent; None for a name that is not recognised."""

    browser: str | None
    system: str | None


def recognise(user_agent: str) -> Device:
    return Device(_first_named(BROWSERS, user_agent), _first_named(SYSTEMS, user_agent))


def _first_named(names: Mapping[str, str], user_agent: str) -> str | None:
    return next((name for sign, name in names.items() if sign in user_agent), None)
