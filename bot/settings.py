"""The whole configuration, read once at the start from the environment and an optional ``.env`` file."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import platformdirs
from pydantic import BaseModel, BeforeValidator, Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot.domain.errors import BadConfiguration, UserError
from bot.domain.zones import parse_zone

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PREFIX: Final = "PAPERROUND_"
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION: Final = re.compile(
    r"(?P<number>\d{1,9})\s*(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?|)", re.ASCII | re.IGNORECASE
)
_NO_DURATION: Final = "That is no duration. Write it as 20s, 15min or 1h"
_MEND_IT: Final = "Mend it in the environment or in .env."


def _seconds(value: object) -> object:
    """*value* as a duration if it is written as people do; what else there is (``PT20S``) is left to pydantic."""
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return timedelta(seconds=int(found["number"]) * _UNITS[found["unit"][:1].lower()]) if found else value


Duration = Annotated[timedelta, BeforeValidator(_seconds)]
"""``20s``, ``15min``, ``1h``; a bare number means seconds."""


class SourceSettings(BaseModel, frozen=True):
    """Where listings come from."""

    base_url: HttpUrl = HttpUrl("https://huggingface.co")
    token: SecretStr | None = None
    """A Hugging Face token; reading needs none, with one the limits are wider."""
    timeout: Duration = Field(default=timedelta(seconds=20), gt=timedelta(0))
    contact: str = ""
    """A mail address or page for the source's operators, sent with each request."""

    @field_validator("base_url")
    @classmethod
    def _without_password(cls, url: HttpUrl) -> HttpUrl:
        """An address is printed and logged, so it may hold no secret."""
        if url.username or url.password:
            raise ValueError("An address holds no name or password here. Remove what stands before the @")
        return url

    @field_validator("token", "contact", mode="before")
    @classmethod
    def _one_line(cls, text: object) -> object:
        """What goes into a header: *text* without the line break that a file of secrets ends with."""
        if not isinstance(text, str):
            return text
        if not text.strip().isprintable():
            raise ValueError("It holds a line break or another invisible sign. Write it on one line")
        return text.strip()


class Settings(BaseSettings):
    """``PAPERROUND_STORE``, ``PAPERROUND_SOURCE__TOKEN``, …; see ``.env.example``."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,  # as a compose file gives what is not set
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("paperround")))
    store: str = ""
    """``sqlite:///file``; empty: ``paperround.db`` in the data directory."""
    zone: str = ""
    """The time zone of people whose own is not known, such as ``Europe/Berlin``."""
    poll_every: Duration = Field(default=timedelta(minutes=15), ge=timedelta(minutes=1))
    source: SourceSettings = SourceSettings()

    @field_validator("data_dir")
    @classmethod
    def _from_home(cls, folder: Path) -> Path:
        try:
            return folder.expanduser()
        except RuntimeError as error:
            raise ValueError("Nobody's home is known by that name. Write the whole path") from error

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            return parse_zone(zone) if zone else ""
        except UserError as error:
            raise ValueError(f"{error.message} {error.hint}") from error

    @property
    def store_url(self) -> str:
        """Where the store is."""
        return self.store or f"sqlite:///{(self.data_dir / 'paperround.db').absolute()}"


def read_settings() -> Settings:
    """The settings of this process; raises `BadConfiguration` that names each wrong one, never a secret value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [_told(fault) for fault in error.errors(include_input=False, include_url=False)]
        raise BadConfiguration(" ".join(wrong), hint=_MEND_IT) from error
    except SettingsError as error:
        name = _PREFIX + str(error).partition('"')[2].partition('"')[0].upper()
        raise BadConfiguration(
            f"{name}: It is a group of settings, not one.", hint=f"Set each by itself, as {name}__… ."
        ) from error
    except UnicodeDecodeError as error:
        raise BadConfiguration("The file .env is no UTF-8 text.", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise BadConfiguration(
            f"The file .env cannot be read: {error.strerror}.", hint="Make it readable, or move it away."
        ) from error


def _told(fault: ErrorDetails) -> str:
    name = f"{_PREFIX}{'__'.join(str(part) for part in fault['loc']).upper()}"
    said = _NO_DURATION if fault["type"] == "time_delta_parsing" else fault["msg"]
    sentence = said.removeprefix("Value error, ")
    return f"{name}: {sentence}" if sentence.endswith((".", "?")) else f"{name}: {sentence}."
