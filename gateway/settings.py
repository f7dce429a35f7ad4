"""Settings of the gateway, read as chassis.ground.settings describes."""

from dataclasses import dataclass

from chassis.ground.settings import Secret, WebSettings, refuse_sandbox, setting


@dataclass(frozen=True)
class Settings(WebSettings):
    identity_url: str = setting(help="base address of the identity service, such as http://identity:8101")
    structures_url: str = setting(help="base address of the structures service, such as http://structures:8102")
    espaces_url: str = setting(help="base address of the espaces service, such as http://espaces:8103")
    notifier_url: str = setting(help="base address of the notifier service, such as http://notifier:8104")
    threads: int = setting(default=32, help="requests answered at the same time; each service may hold a third of them")
    proxies: int = setting(
        default=0, help="how many proxies before the gateway tell the client's address in X-Forwarded-For"
    )
    portal_url: str = setting(help="address at which people reach the portal, such as https://guichet.example")
    session_secret: Secret = setting(help="signs the portal's session cookie, 16 characters or more")
    secure_cookies: bool = setting(default=True, help="true wherever the portal is served over HTTPS")
    connect_seconds: float = setting(default=1.0, help="longest wait for a connection to a service, in seconds")
    answer_seconds: float = setting(default=15.0, help="longest wait for the answer of a service, in seconds")

    def __post_init__(self) -> None:
        """Raise SettingsError for cookies that anyone on the way could read."""
        super().__post_init__()
        if not self.secure_cookies:
            refuse_sandbox(self.portal_url, "SECURE_COOKIES", "It is: true wherever the portal is served over HTTPS")
