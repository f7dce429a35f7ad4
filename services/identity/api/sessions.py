"""Signing in, staying signed in, signing out; the sessions that are open (A-13)."""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify

from chassis.storage.keyset import Page, PageQuery
from chassis.web.guards import PERSON, PUBLIC
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity import errors, queries, schemas, use_cases
from services.identity.api import passwords
from services.identity.api.edge import current_session, never_stored, origin, resources
from services.identity.emails import login_email
from services.identity.passwords import normal_password

routes = Routes("sessions", description="A person's sign-in, from its first token to its end.")


@routes.post("/sessions", guard=PUBLIC, refuses=[errors.WrongCredentials, errors.TooBusy])
@routes.arguments(schemas.SignIn)
@routes.response(201, schemas.SignedIn)
@routes.alt_response(200, schema=schemas.SecondStepNeeded, description="OK: a second factor is needed")  # type: ignore[untyped-decorator]
def create_session(body: dict[str, Any]) -> Any:
    """Sign in with e-mail address and password; an account with a second factor answers 200 and asks for it"""
    password = normal_password(body["password"])
    attempt = passwords.must_be_right(login_email(body["login_email"]), password)
    fresh_hash = resources().hasher.refreshed(attempt.password_hash, password)
    with writing() as session:
        account_id = use_cases.admit(session, attempt, fresh_hash)
        needed = use_cases.begin_second_step(session, account_id)
        if needed is not None:
            return _second_factor_needed(needed)
        opened = use_cases.open_session(session, account_id, attempt.origin, resources().session_validity)
    return signed_in(opened)


@routes.post("/sessions/refresh", guard=PUBLIC, refuses=[errors.SessionEnded])
@routes.arguments(schemas.Refresh)
@routes.response(201, schemas.SignedIn)
def refresh_session(body: dict[str, Any]) -> dict[str, Any]:
    """Exchange the newest refresh token for fresh tokens; an older one ends the session"""
    with writing() as session:
        renewed = use_cases.renew_session(session, body["refresh_token"], origin(), resources().session_validity)
    if renewed is None:
        raise errors.SessionEnded
    return signed_in(renewed)


@routes.delete("/sessions/current", guard=PERSON, refuses=[errors.SessionEnded])
@routes.response(204)
def end_current_session() -> None:
    """Sign out"""
    with writing() as session:
        use_cases.sign_out(session, person(), current_session(), origin())


@routes.get("/sessions", guard=PERSON)
@routes.arguments(PageQuery, location="query")
@routes.response(200, schemas.SessionPage)
def list_sessions(query: dict[str, Any]) -> Page:
    """One's own that are open, the newest first"""
    with reading() as session:
        return queries.open_sessions(session, person(), current_session(), query)


@routes.delete("/sessions/<int:session_id>", guard=PERSON, refuses=[errors.SessionUnknown])
@routes.response(204)
def end_session(session_id: int) -> None:
    """End one of one's own"""
    with writing() as session:
        use_cases.end_session(session, person(), session_id, origin())


@routes.delete("/sessions/others", guard=PERSON)
@routes.response(204)
def end_other_sessions() -> None:
    """End all of one's own but this one"""
    with writing() as session:
        use_cases.end_other_sessions(session, person(), current_session(), origin())


def signed_in(opened: use_cases.OpenSession) -> dict[str, Any]:
    token = resources().tokens.for_person(opened.account_id, opened.session_id, opened.role)
    return {
        "access_token": token.value,
        "token_type": "Bearer",
        "expires_in": token.seconds,
        "refresh_token": opened.refresh_token,
    }


def _second_factor_needed(needed: use_cases.SecondStepNeeded) -> Response:
    return jsonify(schemas.SecondStepNeeded().dump({"second_factor_needed": True, **asdict(needed)}))


routes.after_request(never_stored)
