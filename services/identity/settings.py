"""Settings of identity."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.ground.settings import DatabaseSettings, Secret, SettingsError, refuse_sandbox, setting
from services.identity.captchas import rendering
from services.identity.captchas.rendering import ALPHABET, LENGTH
from services.identity.factors.encryption_at_rest import Encryptor
from services.identity.factors.relying_party import RelyingParty
from services.identity.tokens.signing_keys import SigningKeys

AT_LEAST_ONE = (
    "activation_minutes",
    "recovery_minutes",
    "login_email_minutes",
    "contact_email_minutes",
    "access_token_minutes",
    "service_token_minutes",
    "refresh_days",
    "session_days",
    "device_days",
    "history_days",
    "hashing_at_once",
    "hashing_places",
    "wrong_passwords_per_address",
    "captchas_per_address",
    "sign_ups_per_address",
    "activation_mails_per_address",
    "recoveries_per_address",
    "passkey_questions_per_address",
)


@dataclass(frozen=True)
class KeySettings:
    """Settings of signing keys, also for the commands that rotate them."""

    signing_keys: Secret = setting(
        help="JWK Set (JSON) of private Ed25519 keys, each with a kid, as `guichet identity keys new` makes it"
    )
    signing_keys_file: Path | None = setting(
        default=None, help="the file that they stand in: read again when it changes"
    )
    access_token_minutes: int = setting(default=15, help="validity of a person's access token, in minutes")
    service_token_minutes: int = setting(default=10, help="validity of a service's access token, in minutes")


@dataclass(frozen=True)
class Settings(KeySettings, DatabaseSettings):
    encryption_keys: Secret = setting(
        help="keys of `guichet identity encryption-keys new`, with blanks between: the first seals what is stored "
        "encrypted, all of them open it"
    )
    portal_url: str = setting(
        help="address at which people reach the portal, such as https://guichet.example; passkeys are for it alone"
    )
    client_secret_structures: Secret = setting(help="secret of the structures service, 16 characters or more")
    client_secret_espaces: Secret = setting(help="secret of the espaces service, 16 characters or more")
    client_secret_notifier: Secret = setting(help="secret of the notifier service, 16 characters or more")
    activation_minutes: int = setting(default=60, help="validity of an activation link, in minutes")
    recovery_minutes: int = setting(default=60, help="validity of a recovery link, in minutes")
    login_email_minutes: int = setting(default=60, help="validity of a link that confirms a login e-mail, in minutes")
    contact_email_minutes: int = setting(
        default=60, help="validity of a link that confirms a contact e-mail, in minutes"
    )
    refresh_days: int = setting(default=30, help="how long a session lasts that is not used, in days")
    session_days: int = setting(default=90, help="how long a session lasts at most, in days")
    refresh_grace_seconds: int = setting(
        default=20,
        help="how long a refresh token that was just exchanged is answered once more, in seconds: longer than clients "
        "wait for an answer",
    )
    device_days: int = setting(
        default=400,
        help="how long a device is known after its holder has signed in on it, in days: browsers keep no cookie longer",
    )
    history_days: int = setting(default=365, help="how long the history of an account is kept, in days")
    captcha_sandbox_answer: str | None = setting(
        default=None,
        help=f"answer of every captcha in a sandbox: {LENGTH} characters of {ALPHABET}",
    )
    argon2_time_cost: int = setting(default=3, help="Argon2id: passes over the memory")
    argon2_memory_kib: int = setting(default=65536, help="Argon2id: memory for one hash, in KiB")
    argon2_parallelism: int = setting(default=4, help="Argon2id: lanes of one hash")
    hashing_at_once: int = setting(default=2, help="passwords hashed at the same time by this process")
    hashing_places: int = setting(
        default=8, help="how many more wait for that; with those at work, fewer than this process has threads"
    )
    wrong_passwords_per_address: int = setting(
        default=10, help="wrong passwords from one client address, in five minutes, that lock sign-in for it"
    )
    captchas_per_address: int = setting(
        default=300, help="captchas made, and as many shown or spoken, for one client address in ten minutes"
    )
    sign_ups_per_address: int = setting(default=100, help="sign-ups from one client address in ten minutes")
    activation_mails_per_address: int = setting(
        default=100, help="activation mails asked for again from one client address in ten minutes"
    )
    recoveries_per_address: int = setting(
        default=100, help="password recoveries begun from one client address in ten minutes"
    )
    passkey_questions_per_address: int = setting(
        default=300, help="times that one client address asks, in ten minutes, to sign in with a passkey alone"
    )

    def __post_init__(self) -> None:
        """Raise SettingsError for values of the right type that cannot work."""
        super().__post_init__()
        # Made once for their errors alone: a bad key stops the start, and not the first request.
        _must_make(SigningKeys, "SIGNING_KEYS", self.signing_keys.reveal())
        _must_make(Encryptor, "ENCRYPTION_KEYS", self.encryption_keys.reveal())
        _must_make(RelyingParty, "PORTAL_URL", self.portal_url)
        if self.captcha_sandbox_answer is not None and not rendering.is_drawable(self.captcha_sandbox_answer):
            raise SettingsError(f"GUICHET_CAPTCHA_SANDBOX_ANSWER: must be {LENGTH} characters of {ALPHABET}")
        if self.captcha_sandbox_answer is not None:
            refuse_sandbox(self.portal_url, "CAPTCHA_SANDBOX_ANSWER", "Remove it: everyone can answer then")
        for name in AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise SettingsError(f"GUICHET_{name.upper()}: must be 1 or more")


def _must_make(factory: Callable[[str], object], name: str, value: str) -> None:
    try:
        factory(value)
    except ValueError as error:
        raise SettingsError(f"GUICHET_{name}: {error}") from error
