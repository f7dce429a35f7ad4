"""Settings of the notifier."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from chassis.ground.settings import Secret, ServiceSettings, SettingsError, is_this_machine, refuse_sandbox, setting

SMTPS_PORT = 465
SHORTEST_RETENTION_DAYS = 7
"""Days that sent mails are needed: a repeated event, or another mail by the same person, is compared with them."""
HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f.:]+\]|\[IPv6:[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True)
class Settings(ServiceSettings):
    portal_url: str = setting(help="address of the portal as people see it, without a slash at the end")
    smtp_host: str = setting(help="name or address of the mail server that takes our mails")
    smtp_port: int = setting(default=587, help="TCP port of the mail server")
    smtp_starttls: bool = setting(default=True, help="true to encrypt with STARTTLS; false only on this very machine")
    smtp_implicit_tls: bool | None = setting(
        default=None, help="true where the mail server encrypts from the first byte; by default on port 465 alone"
    )
    smtp_ehlo_name: str | None = setting(
        default=None, help="fully qualified name that we greet the mail server with; by default the portal's host"
    )
    smtp_user: str | None = setting(default=None, help="name to sign in with at the mail server, if it asks for one")
    smtp_password: Secret | None = setting(default=None, help="password to sign in with at the mail server")
    smtp_sender: str = setting(help="who the mails are from, such as Guichet <ne-pas-repondre@guichet.example>")
    smtp_seconds: float = setting(default=30.0, help="the longest wait for one step of the mail server, in seconds")
    smtp_answer_seconds: float = setting(
        default=300.0, help="the longest wait for the answer that takes a mail over, in seconds; RFC 5321 advises 600"
    )
    mail_retry_hours: float = setting(default=48.0, help="how long a mail is tried before it is parked, in hours")
    mail_longest_delay_seconds: int = setting(
        default=900,
        help="the longest pause between two tries of a mail, in seconds; the first lasts one, each other twice as long",
    )

    mail_repeat_seconds: int = setting(
        default=3600,
        help="how long a request that was told is not told again, in seconds, when it is cancelled and made anew",
    )
    mails_by_one_person_a_day: int = setting(
        default=30, help="how many mails one person can cause to another within 24 hours; more are not sent"
    )

    mail_retention_days: int = setting(
        default=365, help="how long mails that were sent or dropped are stored, without their words, in days; 7 or more"
    )

    def __post_init__(self) -> None:
        """Raise SettingsError for a name that no mail server accepts in a greeting, or mails forgotten too early."""
        super().__post_init__()
        if self.mail_retention_days < SHORTEST_RETENTION_DAYS:
            raise SettingsError("GUICHET_MAIL_RETENTION_DAYS: too few. It is: 7 or more, such as 365")
        if self.smtp_user and not self._is_encrypted and not is_this_machine(self.smtp_host):
            remedy = "It is: true, or GUICHET_SMTP_IMPLICIT_TLS, where the mail server is told a password"
            refuse_sandbox(self.portal_url, "SMTP_STARTTLS=false", remedy)
        if self.smtp_ehlo_name and not HOST_NAME.fullmatch(self.smtp_ehlo_name):
            raise SettingsError("GUICHET_SMTP_EHLO_NAME: no host name. It is: such as guichet.example, or [192.0.2.1]")

    @property
    def has_implicit_tls(self) -> bool:
        return self.smtp_port == SMTPS_PORT if self.smtp_implicit_tls is None else self.smtp_implicit_tls

    @property
    def _is_encrypted(self) -> bool:
        return self.smtp_starttls or self.has_implicit_tls

    @property
    def ehlo_name(self) -> str:
        return self.smtp_ehlo_name or urlsplit(self.portal_url).hostname or "localhost"
