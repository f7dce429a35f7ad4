"""HTTP between our own processes."""

import requests


def direct_session() -> requests.Session:
    """Return a session without the environment's proxies and .netrc credentials: its peers are our own processes."""
    session = requests.Session()
    session.trust_env = False
    return session
