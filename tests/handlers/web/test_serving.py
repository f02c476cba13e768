from __future__ import annotations

import aiohttp
import pytest

from bot.app.rooms import opened
from bot.app.web import on_web
from bot.domain.errors import BadConfiguration
from bot.settings import Settings, WebSettings
from handlers.listening import address_of
from handlers.web.serving import listening
from tests.services.conftest import Clock


def test_a_port_that_is_taken_is_named() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadConfiguration, match=f"127.0.0.1 port {port}") as raised:
            listening("127.0.0.1", port)
    assert "PAPERROUND_WEB__PORT" in raised.value.hint


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_an_address_can_be_opened(host: str, shown: str) -> None:
    try:
        listener = listening(host, 0)
    except BadConfiguration as error:
        pytest.skip(f"this machine has no {host}: {error.message}")
    with listener:
        assert address_of(listener).startswith(shown)


async def test_it_is_off_unless_set(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    settings = Settings()
    assert (settings.web.port, settings.web.host) == (None, "127.0.0.1")
    async with opened(f"sqlite:///{tmp_path}/a.db", now=Clock()) as rooms, on_web(settings, rooms) as page:
        assert page == ""


async def test_it_is_served_while_it_is_open_and_no_longer(tmp_path: object) -> None:
    settings = Settings(web=WebSettings(base_url="https://papers.example.org/"))
    async with opened(f"sqlite:///{tmp_path}/a.db", now=Clock()) as rooms, aiohttp.ClientSession() as http:
        async with on_web(settings, rooms, port=0) as page:
            assert page.startswith("http://127.0.0.1:")
            async with http.get(f"{page}/feeds/atom") as answer:
                assert 'href="https://papers.example.org/feeds/atom"' in await answer.text()
        with pytest.raises(aiohttp.ClientError):
            await http.get(f"{page}/livez")
