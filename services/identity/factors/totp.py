"""What an authenticator app and we compute alike: a code of six digits every 30 seconds (TOTP, RFC 6238)."""

from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "Guichet"
STEPS_OF_TOLERANCE = 1
"""Either side of now: for a clock that is a little wrong, and a person who types slowly."""


def new_secret() -> str:
    """160 random bits in Base32, as apps take them."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, login_email: str) -> str:
    """An otpauth:// address, for a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_email, issuer_name=ISSUER)


def time_step(secret: str, code: str, at: datetime) -> int | None:
    """Which 30 seconds the code belongs to, counted since 1970; None for one that is wrong now."""
    digits = "".join(code.split())
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=at, valid_window=STEPS_OF_TOLERANCE)
    except OTPVerificationError:
        return None
