"""Responses of several routes."""

from flask import Response

from services.identity.models.accounts import Account
from services.identity.models.mailed_links import MailedLink


def link_state(link: MailedLink, account: Account) -> dict[str, object]:
    """Return a link in the shape of schemas.common.LinkState, for its bearer."""
    return {
        "expires_at": link.expires_at,
        "login_email": account.login_email,
        "last_name": account.last_name,
        "first_name": account.first_name,
    }


def never_stored(response: Response) -> Response:
    """Forbid caching, for answers that carry a token or belong to one captcha."""
    response.headers["Cache-Control"] = "no-store"
    return response
