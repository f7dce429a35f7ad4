"""Second factors in the tests of the portal: identity's answers, and the forms that people send."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.gateway.portal.builders import csrf_of
from tests.gateway.stubs import Stub

BASE = "/mon-compte/double-authentification"


SECRET = "JBSWY3DPEHPK3PXP"


ADDRESS = f"otpauth://totp/Guichet:jeanne%40tilleuls.example?secret={SECRET}&issuer=Guichet"


CODES = [f"AAAA-BBBB-CCCC-DDDD-EEEE-000{number}" for number in range(10)]


EARLIER, LATER = "2026-11-24T08:00:00+00:00", "2026-11-24T08:05:00+00:00"


CHALLENGE = "the-challenge-of-this-test"


METHODS = ("passkey", "code", "recovery_code")


OPTIONS = {"challenge": "AAAA", "rpId": "localhost", "allowCredentials": []}


ANSWER = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}


def has(identity: Stub, *, app: bool = False, passkeys: int = 0, left: int = 10) -> None:
    factors = {
        "authenticator_app": {"added_at": EARLIER} if app else None,
        "passkeys": [
            {
                "passkey_id": number,
                "name": f"Clé <{number}>",
                "added_at": EARLIER,
                "last_used_at": None,
            }
            for number in range(1, passkeys + 1)
        ],
        "recovery_codes_left": left,
    }
    identity.answer("GET", "/second-factors", factors)


def needs(identity: Stub, *methods: str) -> None:
    step = {"second_factor_needed": True, "challenge": CHALLENGE, "expires_at": LATER, "methods": list(methods)}
    identity.answer("POST", "/sessions", step)
    identity.answer("POST", "/sessions/second-factor/passkey-options", {"options": OPTIONS}, 201)


def post(client: FlaskClient, path: str, csrf_from: str | None = None, **data: Any) -> Any:
    return client.post(path, data={"csrf_token": csrf_of(client, csrf_from or path), **data})


def first_step(client: FlaskClient, target: str = "") -> Any:
    data = {"login_email": "jeanne@tilleuls.example", "password": "x", "suite": target}
    return post(client, "/connexion", **data)


def sent(stub: Stub) -> Any:
    return json.loads(stub.last().body)
