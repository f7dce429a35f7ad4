"""Refusals of tokens for services, in the words of RFC 6749."""

from typing import ClassVar


class ClientRefusal(Exception):
    """Refusal of a client's request for a token, in the words of RFC 6749, section 5.2."""

    status: ClassVar[int] = 400
    error: ClassVar[str]


class InvalidRequest(ClientRefusal):
    error = "invalid_request"


class InvalidClient(ClientRefusal):
    status, error = 401, "invalid_client"


class UnsupportedGrantType(ClientRefusal):
    error = "unsupported_grant_type"


class InvalidScope(ClientRefusal):
    error = "invalid_scope"
