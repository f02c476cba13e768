"""A process that brings mail from a store until it is told to stop, or killed: ``python -m tests.servers.mail_process``."""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app.rooms import opened, utc_now
from bot.sealing import Sealer
from bot.services.delivering import Courier
from bot.services.editions import Editions
from bot.services.mail_links import manage_token
from bot.services.posting import Posting
from bot.services.rounds import Rounds
from bot.watching import report
from handlers.email.links import Links
from handlers.email.messages import Sender
from handlers.email.messenger import EmailMessenger
from handlers.email.render import digest_mail
from handlers.email.smtp import Server

READY = "ready"


async def main(url: str, port: int, key: str, owner: str, lease: float) -> None:
    """Bring what is due in the store at *url* to the mail server at *port*."""
    sealer = Sealer([key])
    with TemporaryDirectory() as folder:
        async with opened(url, data_dir=Path(folder)) as rooms:
            messenger = EmailMessenger(
                Server(host="127.0.0.1", port=port, security="none", timeout=0.8),
                Sender(name="Paperround", address="papers@paperround.test"),
                partial(digest_mail, links=Links("https://papers.test", partial(manage_token, sealer))),
                recipients=rooms.store.recipients,
                sealer=sealer,
                lost=rooms.departing.access_lost,
                per_second=20,
            )
            by_platform = {messenger.platform: messenger}
            posting = Posting(
                rooms.store,
                by_platform,
                owner=owner,
                observe=lambda _: None,
                now=utc_now,
                sleep=asyncio.sleep,
                report=report,
                lease=timedelta(seconds=lease),
            )
            editions = Editions(rooms.store, rooms.composer, now=utc_now)
            courier = Courier(
                rooms.store.outbox,
                editions,
                posting,
                by_platform,
                observe=lambda _: None,
                now=utc_now,
                report=report,
            )
            rounds = Rounds(rooms.store, observe=lambda _: None, now=utc_now, sleep=asyncio.sleep)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, courier.stop)
            print(READY, flush=True)  # noqa: T201 - what the test waits for
            going = asyncio.create_task(rounds.run())
            await courier.run()
            going.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("port", type=int)
    parser.add_argument("key")
    parser.add_argument("owner")
    parser.add_argument("lease", type=float)
    asyncio.run(main(**vars(parser.parse_args())))
