"""Sign-in, its renewal and its end; the list of open sessions (A-13)."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Response, jsonify

from chassis.storage.keyset import Page, PageQuery
from chassis.web.guards import PERSON, PUBLIC
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import RefreshBody, SignInBody
from services.identity.errors.sessions import SessionEnded, SessionUnknown, WrongCredentials
from services.identity.errors.throttling import TooBusy
from services.identity.flows import sign_in
from services.identity.models import emails
from services.identity.queries import open_sessions
from services.identity.schemas.second_factors import SecondStepNeeded
from services.identity.schemas.sessions import Refresh, SessionPage, SignedIn, SignIn, Tokens
from services.identity.use_cases import sessions
from services.identity.use_cases.second_steps import PendingSecondStep
from services.identity.use_cases.sessions import NewSession, OpenSession
from services.identity.web import current_request

routes = Routes("sessions", description="A person's sign-in, from its first token to its end.")


@routes.post("/sessions", guard=PUBLIC, refuses=[WrongCredentials, TooBusy])
@routes.arguments(SignIn)
@routes.response(201, SignedIn)
@routes.alt_response(200, schema=SecondStepNeeded, description="OK: a second factor is needed")  # type: ignore[untyped-decorator]
def create_session(body: SignInBody) -> object:
    """Sign in with e-mail address and password; an account with a second factor answers 200 and asks for it"""
    origin = current_request.origin(body["device_tokens"])
    outcome = sign_in.sign_in(emails.login_email(body["login_email"]), body["password"], origin)
    return _second_factor_needed(outcome) if isinstance(outcome, PendingSecondStep) else signed_in(outcome)


@routes.post("/sessions/refresh", guard=PUBLIC, refuses=[SessionEnded])
@routes.arguments(Refresh)
@routes.response(201, Tokens)
def refresh_session(body: RefreshBody) -> dict[str, object]:
    """Exchange the newest refresh token for fresh tokens; an older one ends the session"""
    with writing() as session:
        validity = current_request.resources().session_validity
        renewed = sessions.renew(session, body["refresh_token"], current_request.origin(), validity)
    return _tokens(renewed)


@routes.delete("/sessions/current", guard=PERSON, refuses=[SessionEnded])
@routes.response(204)
def end_current_session() -> None:
    """Sign out"""
    with writing() as session:
        sessions.sign_out(session, person(), current_request.session_id(), current_request.origin())


@routes.get("/sessions", guard=PERSON)
@routes.arguments(PageQuery, location="query")
@routes.response(200, SessionPage)
def list_sessions(query: Mapping[str, object]) -> Page:
    """List one's own that are open, the newest first"""
    with reading() as session:
        return open_sessions.page(session, person(), current_request.session_id(), query)


@routes.delete("/sessions/<int:session_id>", guard=PERSON, refuses=[SessionUnknown])
@routes.response(204)
def end_session(session_id: int) -> None:
    """End one of one's own"""
    with writing() as session:
        sessions.end(session, person(), session_id, current_request.origin())


@routes.delete("/sessions/others", guard=PERSON)
@routes.response(204)
def end_other_sessions() -> None:
    """End all of one's own but this one"""
    with writing() as session:
        sessions.end_others(session, person(), current_request.session_id(), current_request.origin())


def signed_in(opened: NewSession) -> dict[str, object]:
    device = opened.device
    return {**_tokens(opened), "device_token": device.token, "device_known_until": device.expires_at}


def _tokens(opened: OpenSession) -> dict[str, object]:
    token = current_request.resources().tokens.for_person(opened.account_id, opened.session_id, opened.role)
    return {
        "access_token": token.value,
        "token_type": "Bearer",
        "expires_in": token.seconds,
        "refresh_token": opened.refresh_token,
    }


def _second_factor_needed(pending: PendingSecondStep) -> Response:
    return jsonify(SecondStepNeeded().dump({"second_factor_needed": True, **asdict(pending)}))


routes.after_request(responses.never_stored)
