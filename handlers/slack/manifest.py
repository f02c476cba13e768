"""deploy/slack-manifest*.yaml, from which Slack makes the app: ``python -m handlers.slack.manifest deploy``.

https://docs.slack.dev/reference/app-manifest. The base app has no scope that reads messages; two add-ons ask for more.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.domain.command_text import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOOK_UP: Final = "look_up_papers"
"""The callback id of the shortcut on a message."""
SUBSCRIBE: Final = "subscribe_channel"
"""The callback id of the global shortcut."""
EVENTS_PATH: Final = "/slack/events"
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

BASE_SCOPES: Final[Mapping[str, str]] = {
    "commands": "the slash command and the two shortcuts",
    "chat:write": "posts digests where it was invited, and answers",
    "channels:read": "knows a channel’s name, whether it is shared or archived, and who may subscribe it",
    "groups:read": "the same of private channels that it was invited to",
    "im:write": "brings people what they follow, as a direct message",
    "users:read": "knows a person’s time zone, and whether they are a guest or an administrator",
}
"""The scopes of the base app, and what each is for."""
CONFIRM_SCOPES: Final[Mapping[str, str]] = {
    "channels:history": "looks once whether a digest of unknown fate arrived",
    "groups:history": "the same in private channels",
}
"""What the add-on *confirm* asks for besides."""
CARD_SCOPES: Final[Mapping[str, str]] = {
    "links:read": "hears of links to papers, and of nothing else that is written",
    "links:write": "shows a card below them",
}
"""What the add-on *link cards* asks for besides."""
CARD_DOMAINS: Final = ("arxiv.org", "huggingface.co", "alphaxiv.org")

_EVENTS: Final = (
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_deleted",
    "group_left",
)
_SHORTCUTS: Final = (
    {
        "name": "Look up papers",
        "type": "message",
        "callback_id": LOOK_UP,
        "description": "Show the papers that this message names, to you alone",
    },
    {
        "name": "Subscribe a channel",
        "type": "global",
        "callback_id": SUBSCRIBE,
        "description": "Bring papers to a channel, regularly",
    },
)
_ADDRESS: Final = "https://papers.example.org"
_LONG: Final = (
    "Paperround reads Hugging Face’s Daily Papers and brings each channel, or you alone, the papers that were asked"
    " for: once, on time, best first, and with the reason. It searches papers, explains why one came or did not,"
    " keeps a reading list, and alerts when a paper takes off."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to set the app up. *address* is where it is found from outside, for the mode with *http*."""

    http: bool = False
    confirm: bool = False
    link_cards: bool = False
    command: str = PREFIX
    address: str = _ADDRESS

    @property
    def file(self) -> str:
        """The name of its file."""
        parts = (("http", self.http), ("confirm", self.confirm), ("link-cards", self.link_cards))
        return "-".join(["slack-manifest", *(name for name, has in parts if has)]) + ".yaml"

    @property
    def scopes(self) -> dict[str, str]:
        """Its scopes, and what each is for."""
        more = (CONFIRM_SCOPES if self.confirm else {}), (CARD_SCOPES if self.link_cards else {})
        return {**BASE_SCOPES, **more[0], **more[1]}


VARIANTS: Final = tuple(
    Variant(http=http, confirm=confirm, link_cards=cards)
    for http in (False, True)
    for confirm, cards in ((False, False), (True, False), (False, True))
)
"""Those that have a file."""


def manifest(variant: Variant) -> dict[str, Any]:
    """The manifest of *variant*, as Slack's schema describes it."""
    return {
        "display_information": {
            "name": "Paperround",
            "description": "The papers you asked for, once and on time",
            "background_color": "#22334d",
            "long_description": f"{_LONG} {_reads(variant)}",
        },
        "features": _features(variant),
        "oauth_config": {
            **({"redirect_urls": [f"{variant.address}{REDIRECT_PATH}"]} if variant.http else {}),
            "scopes": {"bot": list(variant.scopes)},
        },
        "settings": _settings(variant),
    }


def manifest_page(variant: Variant) -> str:
    """The same as YAML that ends with a line break; each scope says what it is for."""
    why = {json.dumps(scope): reason for scope, reason in variant.scopes.items()}
    lines = [
        "# Makes the Slack app: docs.slack.dev/app-manifests. Written by handlers.slack.manifest.",
        *_address(variant),
    ]
    for line in _yaml(manifest(variant)):
        reason = why.get(line.strip().removeprefix("- "))
        lines.append(f"{line} # {reason}" if reason else line)
    return "\n".join(lines) + "\n"


def _address(variant: Variant) -> list[str]:
    return [f"# Put your own address in place of {variant.address}."] if variant.http else []


def _reads(variant: Variant) -> str:
    """What it reads of what people write."""
    if variant.confirm:
        return "It looks into a channel only to see whether its own message arrived."
    return "Of messages it sees the links to papers alone." if variant.link_cards else "It reads no messages."


def _features(variant: Variant) -> dict[str, Any]:
    url = {"url": f"{variant.address}{EVENTS_PATH}"} if variant.http else {}
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Paperround", "always_online": False},
        "shortcuts": list(_SHORTCUTS),
        "slash_commands": [
            {
                "command": variant.command,
                **url,
                "description": "Papers: today, search, follow, subscribe",
                "usage_hint": "today | search WORDS | subscribe diffusion at 9 | help",
                "should_escape": True,
            }
        ],
        **({"unfurl_domains": list(CARD_DOMAINS)} if variant.link_cards else {}),
    }


def _settings(variant: Variant) -> dict[str, Any]:
    url = {"request_url": f"{variant.address}{EVENTS_PATH}"} if variant.http else {}
    events = [*_EVENTS, *(["link_shared"] if variant.link_cards else [])]
    return {
        "event_subscriptions": {**url, "bot_events": events},
        "interactivity": {"is_enabled": True, **url},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not variant.http,
        "token_rotation_enabled": False,
    }


def _yaml(value: Any, indent: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """*value*, a mapping or a list, as lines of YAML; what stands alone is written as JSON, which YAML reads too."""
    pairs = value.items() if isinstance(value, dict) else (("", one) for one in value)
    for name, one in pairs:
        begin = f"{indent}{name}:" if name else f"{indent}-"
        if not isinstance(one, dict | list):
            yield f"{begin} {json.dumps(one, ensure_ascii=False)}"
        elif name:
            yield begin
            yield from _yaml(one, f"{indent}  ")
        else:
            first, *rest = _yaml(one, f"{indent}  ")
            yield f"{begin} {first.strip()}"
            yield from rest


def main(folder: str) -> None:
    """Write every variant into *folder*."""
    for variant in VARIANTS:
        (Path(folder) / variant.file).write_text(manifest_page(variant), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
