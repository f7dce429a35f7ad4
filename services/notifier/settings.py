"""Settings of the notifier."""

from dataclasses import dataclass

from chassis.ground.settings import Secret, ServiceSettings, setting


@dataclass(frozen=True)
class Settings(ServiceSettings):
    portal_url: str = setting(help="address of the portal as people see it, without a slash at the end")
    smtp_host: str = setting(help="name or address of the mail server that takes our mails")
    smtp_port: int = setting(default=587, help="TCP port of the mail server")
    smtp_starttls: bool = setting(default=True, help="true to encrypt with STARTTLS; false only on this very machine")
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
