"""Account of the person who is calling (A-12); changes that matter ask for the current password."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading_rows, writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import (
    AccountChangesBody,
    CurrentPasswordBody,
    LoginEmailBody,
    PasswordChangeBody,
    SecretQuestionBody,
)
from services.identity.api.refusals import PASSWORD_REFUSALS, PROOF_REFUSALS
from services.identity.errors.accounts import AccountUnknown
from services.identity.errors.my_account import (
    AccountChangedMeanwhile,
    AddressWrittenTooOften,
    ContactEmailAskedTooOften,
    LoginEmailAskedTooOften,
    LoginEmailUnchanged,
    NoLoginEmailAwaited,
)
from services.identity.errors.passwords import CurrentPasswordNeeded, SecretAnswerTooShort
from services.identity.errors.sessions import SessionEnded
from services.identity.flows import my_account
from services.identity.models.accounts import Account
from services.identity.queries import accounts
from services.identity.schemas.accounts import (
    DETAILS,
    AccountChanges,
    LoginEmailChange,
    PasswordChange,
    SecretQuestionChange,
)
from services.identity.schemas.accounts import Account as AccountSchema
from services.identity.schemas.common import CurrentPassword, Nothing
from services.identity.use_cases import login_emails
from services.identity.web import current_request

routes = Routes("my account", description="What people do with their own account.")


@routes.get("/accounts/me", guard=PERSON, refuses=[AccountUnknown])
@routes.response(200, AccountSchema)
def get_my_account() -> object:
    """Get the account of the person who is calling"""
    with reading_rows() as connection:
        return accounts.details(connection, person())


@routes.patch(
    "/accounts/me",
    guard=PERSON,
    refuses=[
        *PROOF_REFUSALS,
        CurrentPasswordNeeded,
        AccountChangedMeanwhile,
        ContactEmailAskedTooOften,
        AddressWrittenTooOften,
    ],
)
@routes.arguments(AccountChanges(partial=DETAILS))
@routes.response(200, AccountSchema)
def change_my_account(body: AccountChangesBody) -> Account:
    """Change names, postal address or contact e-mail, of the version that was read

    Another contact e-mail is awaited until its reader confirms it.
    """
    changes = {name: value for name, value in body.items() if name in DETAILS}
    return my_account.change_details(changes, body["version"], body["current_password"])


@routes.post("/accounts/me/password", guard=PERSON, refuses=[*PROOF_REFUSALS, *PASSWORD_REFUSALS])
@routes.arguments(PasswordChange)
@routes.response(204)
def change_password(body: PasswordChangeBody) -> None:
    """Choose another password; every other session ends"""
    my_account.change_password(body["current_password"], body["password"])


@routes.post("/accounts/me/secret-question", guard=PERSON, refuses=[*PROOF_REFUSALS, SecretAnswerTooShort])
@routes.arguments(SecretQuestionChange)
@routes.response(204)
def change_secret_question(body: SecretQuestionBody) -> None:
    """Choose another secret question and its answer"""
    my_account.change_secret_question(body["current_password"], body["secret_question"], body["secret_answer"])


@routes.post(
    "/accounts/me/login-email",
    guard=PERSON,
    refuses=[*PROOF_REFUSALS, LoginEmailUnchanged, LoginEmailAskedTooOften, AddressWrittenTooOften],
)
@routes.arguments(LoginEmailChange)
@routes.response(202, Nothing)
def ask_for_login_email(body: LoginEmailBody) -> dict[str, object]:
    """Ask for another login e-mail, to be confirmed from there: the answer is the same for an address that is taken"""
    my_account.request_login_email(body["current_password"], body["login_email"])
    return {}


@routes.delete("/accounts/me/login-email", guard=PERSON, refuses=[SessionEnded, NoLoginEmailAwaited])
@routes.response(204)
def withdraw_login_email() -> None:
    """Keep the login e-mail after all: the link that was mailed does not count any more"""
    with writing() as session:
        login_emails.withdraw(session, current_request.holder(), current_request.origin())


@routes.post("/accounts/me/deactivation", guard=PERSON, refuses=PROOF_REFUSALS)
@routes.arguments(CurrentPassword)
@routes.response(204)
def deactivate_my_account(body: CurrentPasswordBody) -> None:
    """Deactivate the account: every session ends, and an operator alone can take it back"""
    my_account.deactivate(body["current_password"])


routes.after_request(responses.never_stored)
