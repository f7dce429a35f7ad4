"""A wrong setting stops the process, with its name and the remedy."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.ground.settings import DatabaseSettings, Secret, SettingsError, WebSettings, load, setting


@dataclass(frozen=True)
class Settings(WebSettings):
    address: str = setting(help="where the thing is")
    secret: Secret = setting(help="16 characters or more")
    feeds: dict[str, str] = setting(default={}, help="name=http://…")
    folder: Path = setting(default=Path("/tmp"), help="a folder")
    is_strict: bool = setting(default=False, help="true or false")


@pytest.fixture(autouse=True)
def _usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_ADDRESS", "http://thing")
    monkeypatch.setenv("GUICHET_SECRET", "sixteen-characters-or-more")


def faults() -> str:
    with pytest.raises(SettingsError) as refused:
        load(Settings)
    return str(refused.value)


def test_settings_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_PORT", "9000")
    monkeypatch.setenv("GUICHET_FEEDS", "a=http://a,b=http://b")
    monkeypatch.setenv("GUICHET_FOLDER", "/srv")
    monkeypatch.setenv("GUICHET_IS_STRICT", "true")

    settings = load(Settings)

    assert (settings.port, settings.folder, settings.is_strict) == (9000, Path("/srv"), True)
    assert settings.feeds == {"a": "http://a", "b": "http://b"}


def test_a_secret_can_come_from_a_file_and_never_shows_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a-secret-from-a-file\n")
    monkeypatch.delenv("GUICHET_SECRET")
    monkeypatch.setenv("GUICHET_SECRET_FILE", str(tmp_path / "secret"))

    settings = load(Settings)

    assert settings.secret.reveal() == "a-secret-from-a-file"
    assert "a-secret" not in f"{settings} {settings.secret!r} {settings.secret}"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("GUICHET_PORT", "many", "GUICHET_PORT"),
        ("GUICHET_PORT", "65536", "no such port"),
        ("GUICHET_LOG_LEVEL", "CHATTY", "no such level"),
        ("GUICHET_SECRET", "short", "weak"),
        ("GUICHET_SECRET", "", "GUICHET_SECRET: missing"),
        ("GUICHET_SECRET", " " * 20, "GUICHET_SECRET: missing"),
        ("GUICHET_ADDRESS", "", "GUICHET_ADDRESS: missing"),
        ("GUICHET_FEEDS", "identity", "GUICHET_FEEDS"),
        ("GUICHET_IS_STRICT", "perhaps", "GUICHET_IS_STRICT"),
        ("GUICHET_ADRESS", "x", "no such setting"),
        ("GUICHET_SECRET_FILE", "/nowhere/secret", "GUICHET_SECRET"),
    ],
)
def test_a_malformed_weak_or_unknown_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)

    assert told in faults()
    assert "short" not in faults()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GUICHET_HOST", "GUICHET_PORT", "GUICHET_FOLDER", "GUICHET_FEEDS"):
        monkeypatch.setenv(name, "")

    settings = load(Settings)

    assert (settings.host, settings.port, settings.folder, settings.feeds) == ("127.0.0.1", 8000, Path("/tmp"), {})


def test_every_fault_is_told_at_once_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUICHET_ADDRESS")
    monkeypatch.setenv("GUICHET_PORT", "many")
    monkeypatch.setenv("GUICHET_PROT", "80")

    told = faults().splitlines()

    assert len(told) == 3
    assert any("GUICHET_ADDRESS: missing. It is: where the thing is" in line for line in told)


def test_a_broker_without_a_password_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="GUICHET_BROKER_PASSWORD"):
        DatabaseSettings(database_url="sqlite://", broker_url="amqp://espaces@rabbitmq/guichet")
