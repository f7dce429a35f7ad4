"""Sign-up and repeated activation mails, alike for every address (A-01, A-06, A-10)."""

from collections.abc import Mapping

from services.identity.models import emails
from services.identity.use_cases import sign_up
from services.identity.web import current_request


def register(address: str, details: Mapping[str, object]) -> None:
    """Register an account for this login e-mail, or write to the holder of the existing one."""
    with current_request.padded("sign_ups"), current_request.writing_silently() as session:
        sign_up.register_or_notify(session, emails.login_email(address), details, current_request.origin())


def request_activation_mail(address: str) -> None:
    """Count the request, then have the activation mail sent again. Raise TooManyRequests.

    Two transactions: the count must stand before the existence of an account makes a difference.
    """
    with current_request.writing_silently() as session:
        current_request.count(session, current_request.resources().limits.activation_mails)
    with current_request.padded("activation_mails"), current_request.writing_silently() as session:
        sign_up.request_activation_mail(session, emails.login_email(address))
