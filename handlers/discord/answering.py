"""Answering an interaction, in time: at once if the answer is there, else acknowledged first and edited later.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from bot.domain.events import AnswerLost
from bot.presentation.cards import Notice, Tone
from handlers.discord.answers import for_edit, shown
from handlers.discord.responses import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from bot.ports import Observer
    from handlers.discord.answers import Attachment
    from handlers.discord.asking import Asked

PROMPT: Final = 1.5
"""Seconds that an answer may take before it is acknowledged; Discord gives three, the network takes some."""

_MESSAGE, _LATER, _LATER_UPDATE, _UPDATE, _CHOICES, _FORM = 4, 5, 6, 7, 8, 9
_PRIVATE: Final = 1 << 6
_NOBODY: Final[Mapping[str, list[str]]] = {"parse": []}
_GOOD: Final = 300
_CALLBACK: Final = "/callback"
_ANSWERED: Final = 40060
"""The interaction was answered already."""
_A_MOMENT: Final = 0.2
_SHORT: Final = 1.0
"""Seconds that somebody who waits for an answer can spare for a second try."""
_TOO_LATE: Final = Notice(
    headline="That took too long to open a form.", lines=("Do the same once more.",), tone=Tone.WARNING
)
"""Discord opens a form at once or not at all."""
_NOT_PUBLIC: Final = Notice(
    headline="Discord did not take that for the channel.",
    lines=("Try again in a minute.",),
    tone=Tone.WARNING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered: a message's *body*, or a *form*.

    *replaces*: it takes the place of the message that was pressed, if that is an answer of ours to the same person.
    *public* is what the whole channel sees besides. *then* is what is to be done once it was answered.
    """

    body: Mapping[str, Any] = field(default_factory=dict)
    file: Attachment | None = None
    form: Mapping[str, Any] | None = None
    replaces: bool = False
    public: Mapping[str, Any] | None = None
    then: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """Why something was not taken, with Discord's code or 0; *again_in* seconds it may be tried once more, if ever."""

    reason: str
    code: int = 0
    again_in: float | None = None


class Answering:
    """Sends answers with an interaction's own token; these requests count towards no limit of the bot's."""

    def __init__(
        self, http: aiohttp.ClientSession, api: str, observe: Observer, *, prompt: float = PROMPT
    ) -> None:
        self._http = http
        self._api = api.rstrip("/")
        self._observe = observe
        self._prompt = prompt

    async def answer(
        self,
        asked: Asked,
        work: Coroutine[Any, Any, Reply],
        *,
        replaces: bool = False,
        surely: bool = False,
    ) -> None:
        """Answer *asked* with what *work* gives; *replaces* says that it probably replaces the message pressed.

        *surely* means that *work* is not even begun for somebody who can no longer be told of it.
        """
        updates = replaces and asked.ours
        if surely and not await self._acknowledge(asked, replaces=updates):
            work.close()
            return
        working = asyncio.ensure_future(work)
        if not surely:
            await asyncio.wait({working}, timeout=self._prompt)
        late = surely or not working.done()
        if late and not surely:
            await self._acknowledge(asked, replaces=updates)
        reply = await working
        told = await (self._add(asked, reply, updates) if late else self._respond(asked, reply))
        if told and reply.public is not None and not await self._follow_up(asked, reply.public):
            await self._edit(asked, Reply(body=shown(_NOT_PUBLIC).body))
        if reply.then is not None:
            await reply.then()

    async def suggest(self, asked: Asked, choices: list[dict[str, Any]]) -> None:
        """Suggest *choices* for what is being typed."""
        await self._call("POST", self._callback(asked), {"type": _CHOICES, "data": {"choices": choices}})

    async def _respond(self, asked: Asked, reply: Reply) -> bool:
        if reply.form is not None:
            return await self._call("POST", self._callback(asked), {"type": _FORM, "data": reply.form})
        kind = _UPDATE if reply.replaces and asked.ours else _MESSAGE
        wire = {"type": kind, "data": _private(reply.body)}
        return await self._call("POST", self._callback(asked), wire, reply.file)

    async def _acknowledge(self, asked: Asked, *, replaces: bool) -> bool:
        wire = {"type": _LATER_UPDATE} if replaces else {"type": _LATER, "data": {"flags": _PRIVATE}}
        return await self._call("POST", self._callback(asked), wire)

    async def _add(self, asked: Asked, reply: Reply, updates: bool) -> bool:  # noqa: FBT001 - what was acknowledged
        """Answer what was acknowledged: what replaces nothing comes beside the message that was pressed."""
        if updates and (reply.form is not None or not reply.replaces):
            body = shown(_TOO_LATE).body if reply.form is not None else reply.body
            return await self._follow_up(asked, _private(body), reply.file)
        return await self._edit(asked, reply)

    async def _edit(self, asked: Asked, reply: Reply) -> bool:
        original = f"/webhooks/{asked.application}/{asked.token}/messages/@original"
        body = reply.body if reply.form is None else shown(_TOO_LATE).body
        return await self._call("PATCH", original, for_edit(_quiet(body)), reply.file)

    async def _follow_up(self, asked: Asked, body: Mapping[str, Any], file: Attachment | None = None) -> bool:
        return await self._call("POST", f"/webhooks/{asked.application}/{asked.token}", _quiet(body), file)

    def _callback(self, asked: Asked) -> str:
        return f"/interactions/{asked.id}/{asked.token}{_CALLBACK}"

    async def _call(
        self, method: str, path: str, wire: Mapping[str, Any], file: Attachment | None = None
    ) -> bool:
        """Whether Discord took it, now or a moment later; else it is told, without the token that stands in *path*."""
        failed = await self._tried(method, path, wire, file)
        if failed is not None and failed.again_in is not None:
            await asyncio.sleep(failed.again_in)
            failed = await self._tried(method, path, wire, file)
            if failed is not None and failed.code == _ANSWERED:
                return True  # the first try arrived, only its answer did not
        if failed is not None:
            self._observe(AnswerLost(reason=failed.reason))
        return failed is None

    async def _tried(
        self, method: str, path: str, wire: Mapping[str, Any], file: Attachment | None
    ) -> _Failed | None:
        """What went wrong, None for nothing. Only what cannot be there twice is worth trying again."""
        body = {"json": wire} if file is None else {"data": _parts(wire, file)}
        again = _A_MOMENT if method == "PATCH" or path.endswith(_CALLBACK) else None
        try:
            async with self._http.request(method, f"{self._api}{path}", **body) as response:
                return None if response.status < _GOOD else await _failed(response, again)
        except TimeoutError as error:
            return _Failed(reason=f"no connection ({type(error).__name__})")
        except aiohttp.ClientError as error:
            return _Failed(reason=f"no connection ({type(error).__name__})", again_in=again)


def _private(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**_quiet(body), "flags": body.get("flags", 0) | _PRIVATE}


def _quiet(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "allowed_mentions": _NOBODY}


def _parts(wire: Mapping[str, Any], file: Attachment) -> aiohttp.FormData:
    """*wire* with *file* beside it.

    https://discord.com/developers/docs/reference#uploading-files
    """
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(wire), content_type="application/json")
    form.add_field("files[0]", file.text.encode(), filename=file.name, content_type="text/plain")
    return form


async def _failed(response: aiohttp.ClientResponse, again: float | None) -> _Failed:
    """What Discord did not take, by its own code if it gave one; *again* is when to try what broke there."""
    read = Answer(status=response.status, headers=response.headers, body=_decoded(await response.read()))
    if read.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = None if read.retry_after is None else read.retry_after.total_seconds()
        again = wait if wait is not None and wait <= _SHORT else None
    elif read.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        again = None
    code = f"code {read.fields['code']}" if isinstance(read.fields.get("code"), int) else "without a code"
    return _Failed(reason=f"Discord answered {read.status}, {code}", code=read.code, again_in=again)


def _decoded(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
