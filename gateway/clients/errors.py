"""How a call to a service can fail."""

from collections.abc import Sequence

FieldErrors = Sequence[dict[str, str]]


class ServiceRefusal(Exception):
    """A service said no: `code` is stable, `errors` holds a `field` and a `code` for each input to blame."""

    def __init__(self, status: int, code: str, errors: FieldErrors = (), retry_after: str | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.errors = list(errors)
        self.retry_after = retry_after

    def field_codes(self) -> dict[str, str]:
        """The first code for each field to blame."""
        codes: dict[str, str] = {}
        for error in self.errors:
            codes.setdefault(error["field"], error["code"])
        return codes


class ServiceUnavailable(ServiceRefusal):
    """A service did not answer, not in time, or nothing that can be understood. A write may have been done, or not."""

    def __init__(self, service: str) -> None:
        super().__init__(503, "service_unavailable", retry_after="2")
        self.service = service
