"""Guards: every route declares its callers; a person's rights on an object are the service's own rule."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, request

from chassis.calls.tokens import OPERATOR as OPERATOR_ROLE
from chassis.calls.tokens import Caller, TokenVerifier
from chassis.ground.problems import Forbidden, Refusal, Unauthenticated


@dataclass(frozen=True)
class Guard:
    name: str
    allows: Callable[[Caller], bool] | None
    """Condition on the caller; None admits requests without a token, too."""

    def check(self) -> None:
        """Set `g.caller` to the authenticated caller. Raises Unauthenticated or Forbidden."""
        if self.allows is None:
            return
        g.caller = _authenticated()
        if not self.allows(g.caller):
            raise Forbidden

    @property
    def refusals(self) -> tuple[type[Refusal], ...]:
        return (Unauthenticated, Forbidden) if self.allows else ()

    @property
    def security(self) -> list[dict[str, list[str]]]:
        """Return the security requirement of the OpenAPI operation: a bearer token, or none."""
        return [{"bearer": []}] if self.allows else []


def _authenticated() -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    verifier: TokenVerifier = current_app.extensions["guichet.verifier"]
    caller = verifier.verify(token.strip())
    # A token outlives its session: identity asks its database, too, whether the session is still open.
    if not current_app.extensions["guichet.service"].admits(caller):
        raise Unauthenticated
    return caller


PUBLIC = Guard("public", None)
PERSON = Guard("person", lambda caller: caller.account_id is not None)
OPERATOR = Guard("operator", lambda caller: caller.account_id is not None and caller.role == OPERATOR_ROLE)


def service(scope: str) -> Guard:
    """Return the guard for a service with its own credentials and this scope."""
    return Guard(f"service with {scope}", lambda caller: caller.service is not None and scope in caller.scopes)


def any_of(*guards: Guard) -> Guard:
    checks = [guard.allows for guard in guards if guard.allows]
    return Guard(" or ".join(guard.name for guard in guards), lambda caller: any(check(caller) for check in checks))
