"""``paperround status`` and ``paperround deliveries``: how all stands, and what to do about what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.rooms import opened
from bot.app.terminal import local_caller, print_notice
from bot.cli.exit_codes import DONE, NOTHING
from bot.domain.deliveries import State
from bot.presentation.cards import Notice, Row, Tone
from bot.presentation.phrases import counted
from bot.presentation.status import delivery_notice, delivery_words, status_notice
from bot.services.overseeing import TROUBLED
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace

    from bot.app.rooms import Paperround


async def status(chosen: Namespace) -> int:
    """Say how all stands."""
    settings = read_settings()
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        found = await rooms.overseeing.status()
    zone = local_caller(settings).zone or "UTC"
    print_notice(status_notice(found, now=rooms.now(), zone=zone))
    return DONE


async def deliveries(chosen: Namespace) -> int:
    """List deliveries, or show, retry or drop one."""
    settings = read_settings()
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        if chosen.action == "list":
            return await _listed(chosen, rooms)
        actions = {
            "show": rooms.overseeing.delivery,
            "retry": rooms.overseeing.retry,
            "drop": rooms.overseeing.drop,
        }
        one = await actions[chosen.action](chosen.reference)
        if chosen.action == "show":
            zone = local_caller(settings).zone or "UTC"
            print_notice(delivery_notice(one, now=rooms.now(), zone=zone))
        else:
            done = "It will be tried again." if chosen.action == "retry" else "It was dropped."
            print_notice(Notice(headline=done, lines=(delivery_words(one),), tone=Tone.GOOD))
    return DONE


async def _listed(chosen: Namespace, rooms: Paperround) -> int:
    states = tuple(map(State, chosen.state)) if chosen.state else TROUBLED
    found = await rooms.overseeing.deliveries(states, chosen.limit)
    if not found:
        print_notice(Notice(headline=f"No delivery is {' or '.join(states)}."))
        return NOTHING
    rows = tuple(Row(name=one.nonce[:8], meaning=delivery_words(one)) for one in found)
    print_notice(Notice(headline=counted(len(found), "delivery", "deliveries"), rows=rows))
    return DONE
