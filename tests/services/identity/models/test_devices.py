"""Devices by the names that people know them by (A-13)."""

import pytest

from services.identity.models import devices
from services.identity.models.devices import Device

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox", "Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROMIUM} Safari/537.36", "Chrome", "Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROMIUM} Safari/537.36 Edg/140.0.0.0", "Edge", "Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {CHROMIUM} Safari/537.36 OPR/120.0", "Opera", "macOS"),
        (f"Mozilla/5.0 (Linux; Android 16) {CHROMIUM} Mobile Safari/537.36", "Chrome", "Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROMIUM} Safari/537.36", "Chrome", "ChromeOS"),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/18.6 Safari/605.1.15",
            "Safari",
            "macOS",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {APPLE} Version/18.6 Mobile Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {APPLE} FxiOS/142.0 Mobile Safari/605.1.15",
            "Firefox",
            "iPhone",
        ),
        ("curl/8.5.0", "curl", None),
        ("", None, None),
        ("<script>alert(1)</script>", None, None),
    ],
)
def test_a_device_is_known_by_its_browser_and_system(user_agent: str, browser: str | None, system: str | None) -> None:
    assert devices.recognise(user_agent) == Device(browser, system)
