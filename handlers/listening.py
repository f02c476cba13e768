"""Where a process is listened to: sockets for the applications that handlers serve."""

from __future__ import annotations

import socket
from typing import Final

from bot.domain.errors import BadConfiguration

_WAITING: Final = 512


def listen(host: str, port: int, *, what: str, setting: str) -> socket.socket:
    """A socket that listens at *host* and *port* (0: any free one); raises `BadConfiguration`.

    *what* begins the sentence that says so, such as ``The web page``; *setting* is the one that names the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_WAITING)
    except OSError as error:
        raise BadConfiguration(
            f"{what} cannot be served at {host} port {port}: {error.strerror or error}.",
            hint=f"Set another {setting}, or end what has that one.",
        ) from error


def address_of(listener: socket.socket) -> str:
    """Where *listener* is found from this machine: ``http://127.0.0.1:8080``."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
