from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bot.domain.command_text import format_command, parse_command
from bot.domain.errors import Gone
from bot.ports import Store
from bot.services.drafts import KEPT, DraftBox
from tests.services.conftest import Clock

COMMAND = (
    'subscribe diffusion, "world model" -survey upvotes>=10 on weekdays at 09:00 Europe/Berlin top 3 in #7'
)


@pytest.fixture
def box(any_store: Store, clock: Clock) -> DraftBox:
    return DraftBox(any_store.drafts, now=clock, choose=random.Random(1).choice)


async def test_a_command_that_is_too_long_for_a_button_waits_under_a_short_key(box: DraftBox) -> None:
    text = format_command(parse_command(COMMAND))
    keys = {await box.keep(text) for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        assert len(key) <= 12
        assert key.isalnum()
        assert key.isascii()
        assert parse_command(await box.find(key)) == parse_command(COMMAND)


async def test_an_offer_that_waited_too_long_says_what_to_do(box: DraftBox, clock: Clock) -> None:
    key = await box.keep(COMMAND)
    clock.pass_(KEPT - timedelta(seconds=1))
    assert await box.find(key) == COMMAND
    clock.pass_(timedelta(seconds=1))
    for gone in (key, "nothing", ""):
        with pytest.raises(Gone, match="too old") as caught:
            await box.find(gone)
        assert caught.value.hint == "Type the command again."
