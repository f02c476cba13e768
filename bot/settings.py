"""The whole configuration, read once at the start from the environment and an optional ``.env`` file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import platformdirs
from pydantic import BaseModel, Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import BadConfiguration, UserError
from bot.domain.zones import parse_zone


class SourceSettings(BaseModel, frozen=True):
    """Where listings come from."""

    base_url: HttpUrl = HttpUrl("https://huggingface.co")
    token: SecretStr | None = None
    """A Hugging Face token; reading needs none, with one the limits are wider."""
    timeout: timedelta = Field(default=timedelta(seconds=20), gt=timedelta(0))
    contact: str = ""
    """A mail address or page for the source's operators, sent with each request."""


class Settings(BaseSettings):
    """``PAPERROUND_STORE``, ``PAPERROUND_SOURCE__TOKEN``, …; see ``.env.example``."""

    model_config = SettingsConfigDict(
        env_prefix="PAPERROUND_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("paperround")))
    store: str = ""
    """``sqlite:///file``; empty: ``paperround.db`` in the data directory."""
    zone: str = ""
    """The time zone of people whose own is not known, such as ``Europe/Berlin``."""
    poll_every: timedelta = Field(default=timedelta(minutes=15), ge=timedelta(minutes=1))
    source: SourceSettings = SourceSettings()

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
    """The settings of this process; raises `BadConfiguration` that names each wrong one, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [
            f"PAPERROUND_{'__'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise BadConfiguration("; ".join(wrong), hint="Mend it in the environment or in .env.") from error
