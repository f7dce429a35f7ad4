"""Validated bodies of requests, as the schemas of the same name load them."""

import uuid
from typing import NotRequired, TypedDict

from services.identity.factors.relying_party import WebauthnJson


class SignUpBody(TypedDict):
    login_email: str
    contact_email: str | None
    last_name: str
    first_name: str
    street: str
    postcode: str
    town: str
    country: str
    captcha_id: uuid.UUID
    captcha_answer: str


class AddressBody(TypedDict):
    login_email: str


class LinkTokenBody(TypedDict):
    token: str


class ActivationBody(TypedDict):
    token: str
    password: str
    secret_question: str
    secret_answer: str


class AccountNumberBody(TypedDict):
    account_id: int


class ContactEmailRequestBody(AccountNumberBody):
    request: int


class ActivationMailBody(AccountNumberBody):
    asked_by: int


class CurrentPasswordBody(TypedDict):
    current_password: str


class PasswordChangeBody(CurrentPasswordBody):
    password: str


class SecretQuestionBody(CurrentPasswordBody):
    secret_question: str
    secret_answer: str


class LoginEmailBody(CurrentPasswordBody):
    login_email: str


class ErasureBody(CurrentPasswordBody):
    code: str | None
    recovery_code: str | None


class RecoveryRequestBody(AddressBody):
    captcha_id: uuid.UUID
    captcha_answer: str


class RecoveryBody(LinkTokenBody):
    secret_answer: str
    password: str


class FirstCodeBody(TypedDict):
    code: str


class ChallengeBody(TypedDict):
    challenge: str


class SecondStepBody(ChallengeBody):
    device_tokens: list[str]
    code: str | None
    recovery_code: str | None
    passkey: WebauthnJson | None


class PasskeyAnswerBody(TypedDict):
    device_tokens: list[str]
    passkey: WebauthnJson


class PasskeyNameBody(TypedDict):
    name: str


class NewPasskeyBody(PasskeyNameBody):
    credential: WebauthnJson


class SignInBody(AddressBody):
    password: str
    device_tokens: list[str]


class RefreshBody(TypedDict):
    refresh_token: str


class AccountChangesBody(TypedDict):
    version: int
    last_name: NotRequired[str]
    first_name: NotRequired[str]
    street: NotRequired[str]
    postcode: NotRequired[str]
    town: NotRequired[str]
    country: NotRequired[str]
    contact_email: NotRequired[str]
    current_password: str | None
