"""What people, and the notifier, can do with accounts: one function each. The edge opens and commits transactions."""

from services.identity.use_cases.activation import IssuedLink, activate, issue_activation_link
from services.identity.use_cases.captchas import answer_captcha, new_captcha
from services.identity.use_cases.sessions import OpenSession, end_sessions, open_session, renew_session, sign_out
from services.identity.use_cases.sign_up import ask_for_activation_again, sign_up

__all__ = [
    "IssuedLink",
    "OpenSession",
    "activate",
    "answer_captcha",
    "ask_for_activation_again",
    "end_sessions",
    "issue_activation_link",
    "new_captcha",
    "open_session",
    "renew_session",
    "sign_out",
    "sign_up",
]
