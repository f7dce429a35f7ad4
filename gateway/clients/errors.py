"""Failures of a request to a service."""

from collections.abc import Sequence

FieldErrors = Sequence[dict[str, str]]


class ServiceRefusal(Exception):
    """Refusal of a service: `code` is stable, `errors` holds a `field` and a `code` for each input that is wrong."""

    def __init__(self, status: int, code: str, errors: FieldErrors = (), retry_after: str | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.errors = list(errors)
        self.retry_after = retry_after
        """Seconds, or a date, as the header Retry-After has it."""

    def field_codes(self) -> dict[str, str]:
        """Return the first code of each field that is wrong."""
        codes: dict[str, str] = {}
        for error in self.errors:
            codes.setdefault(error["field"], error["code"])
        return codes


class ServiceUnavailable(ServiceRefusal):
    """Missing, late or unreadable answer. A write may have been done, or not."""

    def __init__(self, service: str) -> None:
        super().__init__(503, "service_unavailable", retry_after="2")
        self.service = service
