"""What people, and the notifier, can do with accounts: one function each. The edge opens and commits transactions."""

from services.identity.use_cases.activation import activate
from services.identity.use_cases.authenticator_apps import (
    BegunApp,
    begin_authenticator_app,
    confirm_authenticator_app,
    remove_authenticator_app,
    seal_again,
)
from services.identity.use_cases.captchas import answer_captcha, new_captcha
from services.identity.use_cases.clearing import clear_history, clear_sessions
from services.identity.use_cases.deactivation import deactivate_account, deactivate_own_account, reactivate_account
from services.identity.use_cases.erasure import erase_account, erase_own_account
from services.identity.use_cases.holding import Holder, Proof, note_wrong_password
from services.identity.use_cases.links import (
    AddressedLink,
    IssuedLink,
    issue_activation_link,
    issue_login_email_link,
    issue_recovery_link,
)
from services.identity.use_cases.login_emails import ask_for_login_email, confirm_login_email, withdraw_login_email
from services.identity.use_cases.my_account import change_details, change_password, change_secret_question
from services.identity.use_cases.operators import (
    add_operator,
    look_at,
    open_to_operators,
    remove_operator,
    send_activation_again,
    send_activation_for_manager,
)
from services.identity.use_cases.passkeys import (
    RegisteredPasskey,
    ask_to_sign_in,
    begin_passkey,
    register_passkey,
    remove_passkey,
    rename_passkey,
)
from services.identity.use_cases.passwords import confirm_password
from services.identity.use_cases.recovery import ask_for_recovery, begin_recovery_try, note_wrong_answer, recover
from services.identity.use_cases.second_factors import (
    forget_second_factors,
    renew_recovery_codes,
    reset_second_factors,
    second_factors,
)
from services.identity.use_cases.second_steps import (
    SecondStepNeeded,
    ask_for_passkey,
    begin_second_step,
    sign_in_with_passkey,
    take_second_step,
)
from services.identity.use_cases.sessions import (
    OpenSession,
    end_other_sessions,
    end_session,
    end_sessions,
    open_session,
    renew_session,
    sign_out,
)
from services.identity.use_cases.sign_up import ask_for_activation_again, sign_up
from services.identity.use_cases.tries import Attempt, admit, count_wrong_password, forgive, spend

__all__ = [
    "AddressedLink",
    "Attempt",
    "BegunApp",
    "Holder",
    "IssuedLink",
    "OpenSession",
    "Proof",
    "RegisteredPasskey",
    "SecondStepNeeded",
    "activate",
    "add_operator",
    "admit",
    "answer_captcha",
    "ask_for_activation_again",
    "ask_for_login_email",
    "ask_for_passkey",
    "ask_for_recovery",
    "ask_to_sign_in",
    "begin_authenticator_app",
    "begin_passkey",
    "begin_recovery_try",
    "begin_second_step",
    "change_details",
    "change_password",
    "change_secret_question",
    "clear_history",
    "clear_sessions",
    "confirm_authenticator_app",
    "confirm_login_email",
    "confirm_password",
    "count_wrong_password",
    "deactivate_account",
    "deactivate_own_account",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "erase_account",
    "erase_own_account",
    "forget_second_factors",
    "forgive",
    "issue_activation_link",
    "issue_login_email_link",
    "issue_recovery_link",
    "look_at",
    "new_captcha",
    "note_wrong_answer",
    "note_wrong_password",
    "open_session",
    "open_to_operators",
    "reactivate_account",
    "recover",
    "register_passkey",
    "remove_authenticator_app",
    "remove_operator",
    "remove_passkey",
    "rename_passkey",
    "renew_recovery_codes",
    "renew_session",
    "reset_second_factors",
    "seal_again",
    "second_factors",
    "send_activation_again",
    "send_activation_for_manager",
    "sign_in_with_passkey",
    "sign_out",
    "sign_up",
    "spend",
    "take_second_step",
    "withdraw_login_email",
]
