"""HTTP between our own processes."""

import requests


def direct_session() -> requests.Session:
    """Goes straight to its peer: a proxy of the environment, or credentials in a .netrc, are not for us."""
    session = requests.Session()
    session.trust_env = False
    return session
