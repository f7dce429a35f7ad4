"""Bounds on what strangers may have mailed: from one network, and to one e-mail domain, a day.

They hold where a captcha is solved by a program. `services/identity/settings.py` has more, for ten minutes and for what
costs identity alone.
"""

from flask import request

from chassis.ground import pasted
from chassis.web.bounds import DAY, Bound, per_address
from chassis.web.request_context import current_service
from services.identity.models import emails


def per_domain() -> str:
    """Return the key of the e-mail domain that is to be written to: a pseudonym, since a small one names a person."""
    body = request.get_json(silent=True)
    address = str(body.get("login_email")) if isinstance(body, dict) else ""
    return f"domain {current_service().pseudonyms.of(_domain(address))}"


def _domain(address: str) -> str:
    try:
        return emails.login_email(pasted.address(address)).rpartition("@")[2]
    except ValueError:  # refused before anybody is written to, and so not counted
        return ""


SIGN_UPS = [
    Bound("sign_ups_from_address", 300, DAY, per_address),
    Bound("sign_ups_to_domain", 5000, DAY, per_domain),
]
ACTIVATION_MAILS = [
    Bound("activation_mails_from_address", 300, DAY, per_address),
    Bound("activation_mails_to_domain", 5000, DAY, per_domain),
]
RECOVERIES = [
    Bound("recoveries_from_address", 300, DAY, per_address),
    Bound("recoveries_to_domain", 5000, DAY, per_domain),
]
"""Domains of millions of people are among them: a bound that one stranger could reach for all of them would keep out
everybody else, so that it takes many networks."""
