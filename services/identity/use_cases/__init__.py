"""What people, and the notifier, can do with accounts: one function each. The edge opens and commits transactions."""

from services.identity.use_cases.activation import activate
from services.identity.use_cases.captchas import answer_captcha, new_captcha
from services.identity.use_cases.deactivation import deactivate_account, reactivate_account
from services.identity.use_cases.links import IssuedLink, issue_activation_link, issue_recovery_link
from services.identity.use_cases.passwords import rehash_password
from services.identity.use_cases.recovery import ask_for_recovery, begin_recovery_try, note_wrong_answer, recover
from services.identity.use_cases.sessions import OpenSession, end_sessions, open_session, renew_session, sign_out
from services.identity.use_cases.sign_up import ask_for_activation_again, sign_up

__all__ = [
    "IssuedLink",
    "OpenSession",
    "activate",
    "answer_captcha",
    "ask_for_activation_again",
    "ask_for_recovery",
    "begin_recovery_try",
    "deactivate_account",
    "end_sessions",
    "issue_activation_link",
    "issue_recovery_link",
    "new_captcha",
    "note_wrong_answer",
    "open_session",
    "reactivate_account",
    "recover",
    "rehash_password",
    "renew_session",
    "sign_out",
    "sign_up",
]
