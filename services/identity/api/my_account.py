"""One's own account (A-12). What matters most asks for the current password."""

from typing import Any

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, reading_rows, writing
from chassis.web.routes import Routes
from services.identity import errors, queries, schemas, use_cases
from services.identity.api.edge import PASSWORD_REFUSALS, never_stored, origin, resources
from services.identity.api.proving import PROOF_REFUSALS, holder, must_know_the_password
from services.identity.emails import login_email
from services.identity.models import Account
from services.identity.passwords import accepted_answer, accepted_password

routes = Routes("my account", description="What people do with their own account.")


@routes.get("/accounts/me", guard=PERSON, refuses=[errors.AccountUnknown])
@routes.response(200, schemas.Account)
def get_my_account() -> Any:
    """The account of the person who is calling"""
    with reading_rows() as connection:
        return queries.account(connection, person())


@routes.patch("/accounts/me", guard=PERSON, refuses=[errors.SessionEnded, errors.AccountChangedMeanwhile])
@routes.arguments(schemas.AccountChanges(partial=schemas.DETAILS))
@routes.response(200, schemas.Account)
def change_my_account(body: dict[str, Any]) -> Account:
    """Change names, postal address or contact e-mail, of the version that was read"""
    seen = body.pop("version")
    with writing() as session:
        return use_cases.change_details(session, holder(), body, seen, origin())


@routes.post("/accounts/me/password", guard=PERSON, refuses=[*PROOF_REFUSALS, *PASSWORD_REFUSALS])
@routes.arguments(schemas.PasswordChange)
@routes.response(204)
def change_password(body: dict[str, Any]) -> None:
    """Choose another password; every other session ends"""
    with reading() as session:
        personal = queries.personal_words(session, person())
    chosen = accepted_password(body["password"], personal)
    shown = must_know_the_password(body["current_password"])
    password_hash = resources().hasher.hash(chosen)
    with writing() as session:
        use_cases.change_password(session, shown, password_hash, origin())


@routes.post("/accounts/me/secret-question", guard=PERSON, refuses=[*PROOF_REFUSALS, errors.SecretAnswerTooShort])
@routes.arguments(schemas.SecretQuestionChange)
@routes.response(204)
def change_secret_question(body: dict[str, Any]) -> None:
    """Choose another secret question and its answer"""
    answer = accepted_answer(body["secret_answer"])
    shown = must_know_the_password(body["current_password"])
    answer_hash = resources().hasher.hash(answer)
    with writing() as session:
        use_cases.change_secret_question(session, shown, body["secret_question"], answer_hash, origin())


@routes.post(
    "/accounts/me/login-email",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, errors.LoginEmailUnchanged, errors.LoginEmailAskedTooOften],
)
@routes.arguments(schemas.LoginEmailChange)
@routes.response(202, schemas.Nothing)
def ask_for_login_email(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for another login e-mail, to be confirmed from there: the answer is the same for an address that is taken"""
    shown = must_know_the_password(body["current_password"])
    with writing() as session:
        use_cases.ask_for_login_email(session, shown, login_email(body["login_email"]), origin())
    return {}


@routes.delete("/accounts/me/login-email", guard=PERSON, refuses=[errors.SessionEnded, errors.NoLoginEmailAwaited])
@routes.response(204)
def withdraw_login_email() -> None:
    """Keep the login e-mail after all: the link that was mailed does not count any more"""
    with writing() as session:
        use_cases.withdraw_login_email(session, holder(), origin())


@routes.post("/accounts/me/deactivation", guard=PERSON, refuses=PROOF_REFUSALS)
@routes.arguments(schemas.CurrentPassword)
@routes.response(204)
def deactivate_my_account(body: dict[str, Any]) -> None:
    """Deactivate the account: every session ends, and an operator alone can take it back"""
    shown = must_know_the_password(body["current_password"])
    with writing() as session:
        use_cases.deactivate_own_account(session, shown, origin())


routes.after_request(never_stored)
