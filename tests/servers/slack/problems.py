"""How the local Slack says no, and how it writes JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from aiohttp import web


class Refused(Exception):
    """The request is answered with ``ok: false`` and this *error*; *more* stands beside it."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    def answer(self) -> web.Response:
        """The refusal as Slack writes it: HTTP 200."""
        return told({"ok": False, "error": self.error, **self.more})


def told(
    data: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """JSON as Slack labels it."""
    body = json.dumps(data).encode()
    kind = "application/json"
    return web.Response(status=status, body=body, content_type=kind, charset="utf-8", headers=headers)


def done(**more: object) -> web.Response:
    """``ok: true`` and *more*."""
    return told({"ok": True, **more})


def throttled(seconds: float) -> web.Response:
    """429; ``Retry-After`` is in whole seconds, at least one."""
    headers = {"Retry-After": str(max(1, math.ceil(seconds)))}
    return told({"ok": False, "error": "ratelimited"}, 429, headers)
