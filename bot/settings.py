"""The whole configuration, read once at the start from the environment and an optional ``.env`` file."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

import platformdirs
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    WebsocketUrl,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot.domain.errors import BadConfiguration, UserError
from bot.domain.zones import parse_zone

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_Url = TypeVar("_Url", bound=HttpUrl | WebsocketUrl | None)

_PREFIX: Final = "PAPERROUND_"
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION: Final = re.compile(
    r"(?P<number>\d{1,9})\s*(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?|)", re.ASCII | re.IGNORECASE
)
_NO_DURATION: Final = "That is no duration. Write it as 20s, 15min or 1h"
_BOT_TOKEN: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_SLASH_COMMAND: Final = re.compile(r"/[a-z0-9_-]{1,31}", re.ASCII)
_MEND_IT: Final = "Mend it in the environment or in .env."


def _seconds(value: object) -> object:
    """*value* as a duration if it is written as people do; what else there is (``PT20S``) is left to pydantic."""
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return timedelta(seconds=int(found["number"]) * _UNITS[found["unit"][:1].lower()]) if found else value


Duration = Annotated[timedelta, BeforeValidator(_seconds)]
"""``20s``, ``15min``, ``1h``; a bare number means seconds."""


def _one_line(text: object) -> object:
    """What goes into a header: *text* without the line break that a file of secrets ends with."""
    if not isinstance(text, str):
        return text
    if not text.strip().isprintable():
        raise ValueError("It holds a line break or another invisible sign. Write it on one line")
    return text.strip()


def _without_password(url: _Url) -> _Url:
    """An address is printed and logged, so it may hold no secret."""
    if url is not None and (url.username or url.password):
        raise ValueError("An address holds no name or password here. Remove what stands before the @")
    return url


class SourceSettings(BaseModel, frozen=True, use_attribute_docstrings=True):
    """Where listings come from."""

    base_url: HttpUrl = HttpUrl("https://huggingface.co")
    """Another address that answers as Hugging Face does; without a name or password in it."""
    token: SecretStr | None = None
    """A Hugging Face token; reading needs none, with one the limits are wider."""
    timeout: Duration = Field(default=timedelta(seconds=20), gt=timedelta(0))
    """How long an answer may take: 20s, 1min; a bare number means seconds."""
    contact: str = ""
    """A mail address or page for the source's operators, sent with each request."""

    _public = field_validator("base_url")(_without_password)
    _on_one_line = field_validator("token", "contact", mode="before")(_one_line)


class DiscordSettings(BaseModel, frozen=True, use_attribute_docstrings=True):
    """The Discord app; without a token Discord is not served."""

    token: SecretStr | None = None
    """The bot's token, from discord.com/developers/applications, Bot, Reset Token."""
    api_base: HttpUrl = HttpUrl("https://discord.com/api/v10")
    """Another address that answers as Discord's API does, with the version in its path; then name the gateway too."""
    gateway: WebsocketUrl | None = None
    """Another address of the gateway, wss://…; empty: the one that Discord names."""
    requests_per_second: float = Field(default=45, gt=0, le=50)
    """How much of Discord's 50 requests a second all processes of this bot use together."""

    _public = field_validator("api_base", "gateway")(_without_password)
    _on_one_line = field_validator("token", mode="before")(_one_line)

    @field_validator("token", mode="after")
    @classmethod
    def _of_a_bot(cls, token: SecretStr | None) -> SecretStr | None:
        """A bot's token has three parts; the application's other secrets have no dot."""
        if token is None:
            return None
        bare = token.get_secret_value().removeprefix("Bot ").strip()
        if not _BOT_TOKEN.fullmatch(bare):
            raise ValueError(
                "That is no bot token: one has three parts with a dot between them. Copy it from"
                " discord.com/developers/applications, your application, Bot, Reset Token"
                " (not the client secret, nor the public key)"
            )
        return SecretStr(bare)

    @model_validator(mode="after")
    def _of_one_place(self) -> DiscordSettings:
        """A token for another API goes to no gateway of Discord's unless that is said."""
        host = f".{self.api_base.host or ''}"
        if self.gateway is None and not host.endswith(".discord.com"):
            raise ValueError(
                "The gateway of that api_base is not named: set gateway too (through a proxy of the API alone it is"
                " wss://gateway.discord.gg)"
            )
        return self


class SlackSettings(BaseModel, frozen=True, use_attribute_docstrings=True):
    """The Slack app; without its tokens Slack is not served. deploy/slack-manifest.yaml makes one."""

    mode: Literal["socket", "http"] = "socket"
    """socket: one workspace, nothing public. http: any number that install it, over the web part."""
    app_token: SecretStr | None = None
    """For socket: the app-level token xapp-…, from api.slack.com/apps, Basic Information, App-Level Tokens."""
    bot_token: SecretStr | None = None
    """For one workspace: the bot's token xoxb-…, from OAuth & Permissions after the app is installed."""
    signing_secret: SecretStr | None = None
    """For http: the signing secret, from Basic Information; requests that it did not sign are refused."""
    client_id: str = ""
    """For http and any number of workspaces: the client ID, from Basic Information; it needs seal keys."""
    client_secret: SecretStr | None = None
    """… and the client secret beside it."""
    command: str = "/papers"
    """The slash command, as in the app's manifest; another if another app has this one."""
    confirm: bool = False
    """Whether the app has the add-on confirm: it may read channels to see whether a digest arrived."""
    link_cards: bool = False
    """Whether the app has the add-on link cards: links to papers are shown as cards."""
    api_base: HttpUrl = HttpUrl("https://slack.com/api")
    """Another address that answers as Slack's Web API does."""
    authorize_url: HttpUrl = HttpUrl("https://slack.com/oauth/v2/authorize")
    """Another page where people let the app in."""

    _public = field_validator("api_base", "authorize_url")(_without_password)
    _on_one_line = field_validator(
        "app_token", "bot_token", "signing_secret", "client_id", "client_secret", "command", mode="before"
    )(_one_line)

    @field_validator("app_token", "bot_token", mode="after")
    @classmethod
    def _of_its_kind(cls, token: SecretStr | None, field: ValidationInfo) -> SecretStr | None:
        """Slack's tokens say by their beginnings what they are, and are easily mistaken."""
        begins = {"app_token": "xapp-", "bot_token": "xoxb-"}[str(field.field_name)]
        if token is not None and not token.get_secret_value().startswith(begins):
            raise ValueError(f"That is another kind of token: this one begins with {begins}")
        return token

    @field_validator("command", mode="after")
    @classmethod
    def _a_command(cls, command: str) -> str:
        if not _SLASH_COMMAND.fullmatch(command):
            raise ValueError(
                "A slash command is a / and small letters, digits, - or _, at most 32 signs: /papers"
            )
        return command

    @model_validator(mode="after")
    def _whole(self) -> SlackSettings:
        """Half of what is needed is a mistake, and would be found out only when somebody waits for an answer."""
        if self.mode == "socket" and (self.app_token is None) != (self.bot_token is None):
            raise ValueError("Mode socket needs both app_token (xapp-…) and bot_token (xoxb-…)")
        if bool(self.client_id) != (self.client_secret is not None):
            raise ValueError("client_id and client_secret belong together: set both or neither")
        if self.mode == "http" and (self.signing_secret is None) != (
            not self.client_id and self.bot_token is None
        ):
            raise ValueError(
                "Mode http needs signing_secret, and either bot_token (one workspace) or client_id and"
                " client_secret (any number)"
            )
        return self

    @property
    def served(self) -> bool:
        """Whether there is all that Slack needs."""
        return self.app_token is not None if self.mode == "socket" else self.signing_secret is not None

    @property
    def installable(self) -> bool:
        """Whether workspaces install the app themselves."""
        return self.mode == "http" and bool(self.client_id)


class WebSettings(BaseModel, frozen=True, use_attribute_docstrings=True):
    """The Daily Papers page and its feeds; without a port they are not served."""

    port: int | None = Field(default=None, ge=1, le=65_535)
    """Where it is served, such as 8080."""
    host: str = "127.0.0.1"
    """Who may reach it: 127.0.0.1 this machine alone, 0.0.0.0 whoever can; put a reverse proxy in front."""
    base_url: HttpUrl | None = None
    """Where it is found from outside, such as https://papers.example.org; feeds and links to copy begin with it."""
    thumbnails: bool = True
    """Whether pages show Hugging Face's thumbnails, which the readers' browsers fetch from there."""

    _public = field_validator("base_url")(_without_password)
    _on_one_line = field_validator("host", mode="before")(_one_line)


class MetricsSettings(BaseModel, frozen=True, use_attribute_docstrings=True):
    """Numbers for Prometheus, at /metrics on a port of their own; without a port they are not told."""

    port: int | None = Field(default=None, ge=1, le=65_535)
    """Where they are told, such as 9477; not the web part's port."""
    host: str = "127.0.0.1"
    """Who may read them: 127.0.0.1 this machine alone, 0.0.0.0 whoever can reach it; there is no password."""

    _on_one_line = field_validator("host", mode="before")(_one_line)


class EmailSettings(BaseModel, frozen=True, use_attribute_docstrings=True):
    """Digests by mail; without a host none are sent. They need the web part, for the links in them, and seal keys."""

    host: str = ""
    """The mail server to hand mail to, such as smtp.example.org."""
    port: int = Field(default=587, ge=1, le=65_535)
    """587 with starttls, 465 with tls, 25 for a relay on this machine."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted: starttls, tls, or none, which only a server on this machine may have."""
    user: str = ""
    """The name to sign in with; empty: without signing in."""
    password: SecretStr | None = None
    """The password to sign in with."""
    sender: str = ""
    """From whom mail comes: Paperround <papers@example.org>; its domain needs SPF, DKIM and DMARC (docs/mail.md)."""
    reply_to: str = ""
    """Where answers go; empty: to the sender."""
    per_second: float = Field(default=5, gt=0, le=1_000)
    """How many mails a second all processes hand over together; ask your provider."""
    timeout: Duration = Field(default=timedelta(seconds=5), gt=timedelta(0), le=timedelta(seconds=8))
    """How long the server may take before the mail itself is handed over: 5s."""
    client_header: str = ""
    """The header in which your reverse proxy says who asks, such as X-Real-IP, for the limits of the form."""

    _on_one_line = field_validator(
        "host", "user", "password", "sender", "reply_to", "client_header", mode="before"
    )(_one_line)

    @model_validator(mode="after")
    def _encrypted(self) -> EmailSettings:
        if self.security == "none" and self.host not in ("", "localhost", "127.0.0.1", "::1"):
            raise ValueError("A server on another machine needs security starttls or tls")
        return self


class Settings(BaseSettings):
    """``PAPERROUND_STORE``, ``PAPERROUND_SOURCE__TOKEN``, …; see ``deploy/.env.example``."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,  # as a compose file gives what is not set
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("paperround")))
    """Where files are kept; empty: where this system keeps the data of programs."""
    store: str = ""
    """``sqlite:///file`` or ``redis://…``; empty: ``paperround.db`` in the data directory."""
    zone: str = ""
    """The time zone of people whose own is not known, such as ``Europe/Berlin``."""
    poll_every: Duration = Field(default=timedelta(minutes=15), ge=timedelta(minutes=1))
    """How often the source is read, at least a minute apart: 15min, 1h."""
    seal_keys: SecretStr | None = None
    """Keys that mail addresses and Slack's tokens are encrypted with, the newest first, a blank between; see docs/mail.md."""
    source: SourceSettings = SourceSettings()
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()
    web: WebSettings = WebSettings()
    email: EmailSettings = EmailSettings()
    metrics: MetricsSettings = MetricsSettings()

    @field_validator("data_dir")
    @classmethod
    def _from_home(cls, folder: Path) -> Path:
        try:
            return folder.expanduser()
        except RuntimeError as error:
            raise ValueError("Nobody's home is known by that name. Write the whole path") from error

    @field_validator("metrics")
    @classmethod
    def _on_its_own(cls, metrics: MetricsSettings, others: ValidationInfo) -> MetricsSettings:
        """Whoever may read the page would read the numbers, or the other way round."""
        page: WebSettings | None = others.data.get("web")
        if page and metrics.port is not None and metrics.port == page.port:
            raise ValueError(
                f"Port {metrics.port} is the web part's. Metrics have a port of their own: set"
                f" {_PREFIX}METRICS__PORT to another than {_PREFIX}WEB__PORT"
            )
        return metrics

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
