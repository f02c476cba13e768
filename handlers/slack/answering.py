"""Showing answers where they were asked: at an interaction's own address, in the form that was used, or in a new one.

Everything was acknowledged before the work began, but for a form that was sent: its acknowledgement shows what comes
next, so it waits for a moment. https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.domain.events import AnswerLost
from bot.presentation.cards import Notice, Tone
from handlers.slack.answers import shown
from handlers.slack.blocks import context
from handlers.slack.calling import told
from handlers.slack.modals import answer_view
from handlers.slack.responses import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.ports import Observer
    from handlers.slack.asking import Asked
    from handlers.slack.calling import Calls

PROMPT: Final = 1.5
"""Seconds that an answer may take before something stands in its place; Slack gives three, the network takes some."""

_TITLE: Final = "Paperround"
_TOO_LATE: Final = Notice(
    headline="That took too long to open a form.", lines=("Do the same once more.",), tone=Tone.WARNING
)
"""Slack opens a form within three seconds or not at all."""
_NOT_PUBLIC: Final = Notice(
    headline="Slack did not take that for the channel.", lines=("Try again in a minute.",), tone=Tone.WARNING
)


class Ack(Protocol):
    """Acknowledges what Slack told us, as bolt's ``ack``."""

    async def __call__(self, **fields: Any) -> object:  # noqa: ANN401 - bolt's
        """Acknowledge it, with what the kind of interaction takes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered: a message's *body* (``text``, ``blocks``), or a *form*.

    *here* is the channel that it is about, empty for none: a form remembers it. *replaces*: it takes the place of the
    message that was pressed, if that is an answer of ours to the same person. *aside*: it stands on what was pressed
    in a form, and not in its place. *errors* are what is wrong with a form that was sent, by the names of its fields. *public* is what the whole channel
    sees besides. *then* is what is to be done once it was answered. *late* gives what is answered instead where a form
    that was sent is gone already.
    """

    body: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] | None = None
    here: str = ""
    replaces: bool = False
    aside: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    public: Mapping[str, Any] | None = None
    then: Callable[[], Awaitable[None]] | None = None
    late: Callable[[], Awaitable[Reply]] | None = None


class Answering:
    """Shows replies, and tells when one could not be."""

    def __init__(self, calls: Calls, observe: Observer, *, prompt: float = PROMPT) -> None:
        self._calls = calls
        self._observe = observe
        self._prompt = prompt

    async def answer(self, asked: Asked, work: Awaitable[Reply]) -> None:
        """Answer *asked*, which is acknowledged, with what *work* gives."""
        working = asyncio.ensure_future(work)
        view = asked.surface.form
        if not view and not asked.surface.url:
            view = await self._opened_meanwhile(asked, working)
        await self._done(asked, await working, view=view)

    async def answer_form(self, asked: Asked, ack: Ack, work: Awaitable[Reply]) -> None:
        """The same for a form that was sent: the answer takes its place, now or a little later."""
        working = asyncio.ensure_future(work)
        await asyncio.wait({working}, timeout=self._prompt)
        if not working.done():
            await ack(response_action="update", view=_waiting(asked))
            reply = await working
            reply = await reply.late() if reply.late else reply
            await self._done(asked, reply, view=asked.surface.form)
            return
        reply = await working
        if reply.errors:
            await ack(response_action="errors", errors=dict(reply.errors))
        else:
            await ack(response_action="update", view=_view(reply))
        await _then(reply)

    async def _opened_meanwhile(self, asked: Asked, working: asyncio.Future[Reply]) -> str:
        """The id of a form that says that we are at it, if that takes long; else empty."""
        await asyncio.wait({working}, timeout=self._prompt)
        if working.done():
            return ""
        answer = await self._calls.open_view(asked.workspace, asked.surface.trigger, _waiting(asked))
        return str((answer.body.get("view") or {}).get("id") or "") if isinstance(answer, Answer) else ""

    async def _done(self, asked: Asked, reply: Reply, *, view: str) -> None:
        if view:
            await self._shown(asked, reply, view)
        elif reply.form is not None or not asked.surface.url:
            await self._opened(asked, _view(reply))
        else:
            await self._responded(asked, reply)
        await _then(reply)

    async def _responded(self, asked: Asked, reply: Reply) -> None:
        replaces = reply.replaces and asked.surface.ours
        wrong = await self._respond(asked, reply.body, response_type="ephemeral", replace_original=replaces)
        if not wrong and reply.public is not None:
            wrong = await self._respond(
                asked, reply.public, response_type="in_channel", replace_original=False
            )
            if wrong:
                await self._respond(
                    asked, shown(_NOT_PUBLIC).body, response_type="ephemeral", replace_original=False
                )

    async def _respond(self, asked: Asked, body: Mapping[str, Any], **how: Any) -> str:  # noqa: ANN401 - JSON
        thread = {"thread_ts": asked.surface.thread} if asked.surface.thread else {}
        return self._lost(await self._calls.respond(asked.surface.url, {**body, **thread, **how}))

    async def _opened(self, asked: Asked, view: Mapping[str, Any]) -> None:
        wrong = self._lost(told(await self._calls.open_view(asked.workspace, asked.surface.trigger, view)))
        if wrong and asked.surface.url:
            await self._respond(
                asked, shown(_TOO_LATE).body, response_type="ephemeral", replace_original=False
            )

    async def _shown(self, asked: Asked, reply: Reply, view: str) -> None:
        """Show *reply* in the form *view*, or on it as long as Slack stacks them."""
        made = _view(reply)
        stands = reply.aside and not told(
            await self._calls.push_view(asked.workspace, asked.surface.trigger, made)
        )
        if not stands:
            self._lost(told(await self._calls.change_view(asked.workspace, view, made)))

    def _lost(self, wrong: str) -> str:
        if wrong:
            self._observe(AnswerLost(reason=wrong))
        return wrong


def _view(reply: Reply) -> Mapping[str, Any]:
    """*reply* as a form."""
    return answer_view(_TITLE, reply.body["blocks"], reply.here) if reply.form is None else reply.form


def _waiting(asked: Asked) -> dict[str, Any]:
    return answer_view(_TITLE, [context("One moment …")], asked.channel)


async def _then(reply: Reply) -> None:
    if reply.then is not None:
        await reply.then()
