"""Resources of the routes, built once per process from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from argon2 import PasswordHasher

from chassis.ground.client_networks import Pseudonyms
from services.identity.captchas.rendering import CaptchaRenderer
from services.identity.factors.encryption_at_rest import Encryptor
from services.identity.factors.relying_party import RelyingParty
from services.identity.factors.verifiers import Verifiers
from services.identity.hashing.hasher import Hasher
from services.identity.hashing.renderings import Renderings
from services.identity.models.sessions import SessionValidity
from services.identity.settings import Settings
from services.identity.throttling import response_padding
from services.identity.throttling.client_limits import ClientLimits
from services.identity.throttling.response_padding import ResponsePadding
from services.identity.throttling.try_keys import TryKeys
from services.identity.tokens.access_tokens import AccessTokens
from services.identity.tokens.key_file import KeysInUse
from services.identity.tokens.service_clients import SCOPES, ServiceClients

log = structlog.get_logger()


@dataclass(frozen=True)
class Resources:
    keys: KeysInUse
    tokens: AccessTokens
    clients: ServiceClients
    captchas: CaptchaRenderer
    renderings: Renderings
    hasher: Hasher
    verifiers: Verifiers
    limits: ClientLimits
    try_keys: TryKeys
    paddings: Mapping[str, ResponsePadding]
    activation_validity: timedelta
    recovery_validity: timedelta
    session_validity: SessionValidity
    login_email_validity: timedelta
    contact_email_validity: timedelta


def keys_of(settings: Settings) -> KeysInUse:
    return KeysInUse(settings.signing_keys.reveal(), settings.signing_keys_file)


def build(settings: Settings) -> Resources:
    if settings.captcha_sandbox_answer:
        log.warning("every captcha has the same answer: only for a sandbox")
    party = RelyingParty(settings.portal_url)
    if not party.has_a_name:
        log.warning("no passkeys: browsers keep none for an address in numbers", portal=party.id)
    keys = keys_of(settings)
    return Resources(
        keys=keys,
        tokens=AccessTokens(
            keys,
            person=timedelta(minutes=settings.access_token_minutes),
            service=timedelta(minutes=settings.service_token_minutes),
        ),
        clients=ServiceClients({name: getattr(settings, f"client_secret_{name}") for name in SCOPES}),
        captchas=CaptchaRenderer(settings.captcha_sandbox_answer),
        renderings=Renderings(),
        hasher=Hasher(
            PasswordHasher(settings.argon2_time_cost, settings.argon2_memory_kib, settings.argon2_parallelism),
            at_once=settings.hashing_at_once,
            places=settings.hashing_places,
        ),
        verifiers=Verifiers(Encryptor(settings.encryption_keys.reveal()), party),
        limits=ClientLimits.from_settings(settings),
        try_keys=TryKeys(Pseudonyms(settings.encryption_keys)),
        paddings=response_padding.paddings(),
        activation_validity=timedelta(minutes=settings.activation_minutes),
        recovery_validity=timedelta(minutes=settings.recovery_minutes),
        session_validity=SessionValidity(
            unused=timedelta(days=settings.refresh_days),
            whole=timedelta(days=settings.session_days),
            grace=timedelta(seconds=settings.refresh_grace_seconds),
            device=timedelta(days=settings.device_days),
        ),
        login_email_validity=timedelta(minutes=settings.login_email_minutes),
        contact_email_validity=timedelta(minutes=settings.contact_email_minutes),
    )
