from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.servers.smtp import MailServer


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer().running() as server:
        yield server
