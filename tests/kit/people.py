"""A person as they sign up: valid until a test changes something."""

from typing import Any

EMAIL = "camille.moreau@exemple.fr"
ADDRESS = {"street": "10 rue du Centre", "postcode": "93160", "town": "Noisy-le-Grand", "country": "FR"}


def account_details(**changes: Any) -> dict[str, Any]:
    """Return the body of a sign-up without its captcha, which is also what the account shows of its person."""
    usual = {
        "login_email": EMAIL,
        "contact_email": "contact@exemple.fr",
        "last_name": "Moreau",
        "first_name": "Camille",
        **ADDRESS,
    }
    return {**usual, **changes}
