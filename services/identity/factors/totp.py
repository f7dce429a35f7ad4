"""Codes of authenticator apps: six digits every 30 seconds (TOTP, RFC 6238)."""

from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

from chassis.ground import pasted

ISSUER = "Guichet"
STEPS_OF_TOLERANCE = 1
"""Steps accepted on either side of now, for inexact clocks and slow typing."""


def new_secret() -> str:
    """Return 160 random bits in Base32, the form that apps take."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, login_email: str) -> str:
    """Return an otpauth:// address, for a QR code. It holds the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_email, issuer_name=ISSUER)


def time_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the step of a code, in periods of 30 seconds since 1970; None for a code that is wrong at this time."""
    digits = pasted.number(code)
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=at, valid_window=STEPS_OF_TOLERANCE)
    except OTPVerificationError:
        return None
