"""What identity is told at start."""

from dataclasses import dataclass

from chassis.settings import DatabaseSettings, Secret, SettingsError, setting
from services.identity import captchas
from services.identity.signing_keys import SigningKeys

AT_LEAST_ONE = (
    "activation_minutes",
    "recovery_minutes",
    "access_token_minutes",
    "service_token_minutes",
    "refresh_days",
)


@dataclass(frozen=True)
class Settings(DatabaseSettings):
    signing_keys: Secret = setting(
        help="JWK Set (JSON) of private Ed25519 keys, each with a kid: the first signs, all are published"
    )
    client_secret_structures: Secret = setting(help="secret of the structures service, 16 characters or more")
    client_secret_espaces: Secret = setting(help="secret of the espaces service, 16 characters or more")
    client_secret_notifier: Secret = setting(help="secret of the notifier service, 16 characters or more")
    activation_minutes: int = setting(default=60, help="validity of an activation link, in minutes")
    recovery_minutes: int = setting(default=60, help="validity of a recovery link, in minutes")
    access_token_minutes: int = setting(default=15, help="validity of a person's access token, in minutes")
    service_token_minutes: int = setting(default=10, help="validity of a service's access token, in minutes")
    refresh_days: int = setting(default=30, help="how long a session lasts that is not used, in days")
    captcha_sandbox_answer: str | None = setting(
        default=None,
        help=f"answer of every captcha in a sandbox: {captchas.LENGTH} characters of {captchas.ALPHABET}",
    )
    argon2_time_cost: int = setting(default=3, help="Argon2id: passes over the memory")
    argon2_memory_kib: int = setting(default=65536, help="Argon2id: memory for one hash, in KiB")
    argon2_parallelism: int = setting(default=4, help="Argon2id: lanes of one hash")
    hashing_at_once: int = setting(default=2, help="passwords hashed at the same time by this process")

    def __post_init__(self) -> None:
        """Raises SettingsError for what has the right type and yet cannot work."""
        super().__post_init__()
        try:
            SigningKeys(self.signing_keys.reveal())
        except ValueError as error:
            raise SettingsError(f"GUICHET_SIGNING_KEYS: {error}") from error
        if self.captcha_sandbox_answer is not None and not captchas.is_answer(self.captcha_sandbox_answer):
            raise SettingsError(
                f"GUICHET_CAPTCHA_SANDBOX_ANSWER: must be {captchas.LENGTH} characters of {captchas.ALPHABET}"
            )
        for name in AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise SettingsError(f"GUICHET_{name.upper()}: must be 1 or more")
