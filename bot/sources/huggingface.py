"""Daily Papers from Hugging Face: the thin shell that asks; `bot.sources.answers` judges.

https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

import aiohttp
import stamina
from yarl import URL

from bot.domain.errors import BadDate, MalformedListing, SourceRefused, SourceThrottled, SourceUnavailable
from bot.domain.papers import Listing, is_arxiv_id
from bot.sources.answers import Answer, decode_listing, decode_paper, exhausted_for, transient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from pydantic import SecretStr

    from bot.domain.papers import Entry, PaperId
    from bot.ports import Clock

_PAGE: Final = 100
"""Items a page; without ``limit`` the source cuts a day silently at 50."""
_MOST_PAGES: Final = 20
_LARGEST_BODY: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for the source, and how often to try again what may pass."""

    timeout: timedelta = timedelta(seconds=20)
    """For one answer, from the connection to its last byte."""
    attempts: int = 3
    first_wait: timedelta = timedelta(seconds=1)
    """Before the second attempt; it doubles and is jittered by as much again."""
    longest_wait: timedelta = timedelta(seconds=15)
    """Told to wait longer than this, it gives up at once and says how long."""

    def wait_after(self, error: Exception) -> bool | timedelta:
        """Whether *error* may pass, or the wait that the source asks for."""
        if isinstance(error, SourceThrottled):
            return error.retry_after if error.retry_after <= self.longest_wait else False
        return isinstance(error, SourceUnavailable)


@dataclass(slots=True, kw_only=True)
class Budget:
    """At most *most* requests in *window*, all users of the source together; 500 in 5 minutes is an anonymous client's.

    Share one among the sources that speak from one address.
    """

    most: int = 400
    window: timedelta = timedelta(minutes=5)
    _spent: deque[datetime] = field(default_factory=deque, repr=False)
    _closed_until: datetime | None = field(default=None, repr=False)

    def spend(self, now: datetime) -> None:
        """Take one request; raises `SourceThrottled` if none is left."""
        while self._spent and self._spent[0] <= now - self.window:
            self._spent.popleft()
        opens = self._opens(now)
        if opens > now:
            raise SourceThrottled(
                "Enough was asked of the source for now.",
                hint="It goes on by itself when the source's window has passed.",
                retry_after=opens - now,
            )
        self._spent.append(now)

    def close(self, until: datetime) -> None:
        """Ask nothing before *until*: the source said so."""
        self._closed_until = until

    def _opens(self, now: datetime) -> datetime:
        full = self._spent[0] + self.window if len(self._spent) >= self.most else now
        return max(full, self._closed_until or now)


class HuggingFace:
    """A `bot.ports.Source` over *http*, which stays its owner's to close.

    *user_agent* names the program and a contact. *token* is optional; it goes out in one header and nowhere else.
    """

    def __init__(  # noqa: PLR0913 - everything a request depends on is given
        self,
        http: aiohttp.ClientSession,
        *,
        clock: Clock,
        user_agent: str,
        base: str = "https://huggingface.co",
        token: SecretStr | None = None,
        patience: Patience | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._http = http
        self._clock = clock
        self._base = URL(base)
        self._agent = user_agent
        self._token = token
        self._patience = patience or Patience()
        self._budget = budget or Budget()

    async def listing(self, day: date) -> Listing:
        """The Daily Papers of *day*, an empty listing on a day without papers.

        Pages are read until one brings nothing new: a short page need not be the last. An item moved to another day
        by its own date keeps that day; the listing's is *day*. Raises `BadDate` for a day that has not begun in UTC
        (the source is not asked), else `SourceError`.
        """
        self._refuse_future(day)
        listing = await self._page(day, 0)
        for number in range(1, _MOST_PAGES):
            page = await self._page(day, number) if listing.entries else listing
            longer = _joined(listing, page)
            if longer.entries == listing.entries:
                break
            listing = longer
        return listing

    async def paper(self, paper_id: PaperId) -> Entry | None:
        """One paper by its arXiv id, with its own list day if it has one; None if the source has none."""
        if not is_arxiv_id(paper_id):
            return None
        answer = await self._ask(f"api/papers/{paper_id}", {})
        return decode_paper(answer, at=self._clock())

    def _refuse_future(self, day: date) -> None:
        today = self._clock().astimezone(UTC).date()
        if day > today:
            raise BadDate(f"{day} has not begun yet in UTC.", hint=f"The newest day is {today}.")

    async def _page(self, day: date, number: int) -> Listing:
        answer = await self._ask(
            "api/daily_papers", {"date": day.isoformat(), "limit": str(_PAGE), "p": str(number)}
        )
        return decode_listing(answer, day=day, at=self._clock())

    async def _ask(self, path: str, query: Mapping[str, str]) -> Answer:
        """A usable answer (or a refusal) after as many attempts as patience allows."""
        patience = self._patience
        async for attempt in stamina.retry_context(
            on=patience.wait_after,
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
            wait_jitter=patience.first_wait,
        ):
            with attempt:
                return self._checked(await self._ask_once(path, query))
        raise AssertionError("an attempt returns or raises")

    async def _ask_once(self, path: str, query: Mapping[str, str]) -> Answer:
        self._budget.spend(self._clock())
        timeout = aiohttp.ClientTimeout(total=self._patience.timeout.total_seconds())
        try:
            async with self._http.get(
                self._base / path,
                params=query,
                headers=self._headers(),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return Answer(status=response.status, headers=response.headers, body=await _body(response))
        except (aiohttp.InvalidURL, UnicodeError):  # the latter from a name that no host can have
            raise SourceRefused("The source's address is none.", hint="Check it in the settings.") from None
        except TimeoutError:
            raise self._no_answer("in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._no_answer(f"({type(error).__name__})") from None

    def _checked(self, answer: Answer) -> Answer:
        """*answer*, unless it may be better when asked again: that is raised here, inside the retry."""
        now = self._clock()
        failure = transient(answer, now)
        wait = failure.retry_after if isinstance(failure, SourceThrottled) else exhausted_for(answer.headers)
        if wait is not None:
            self._budget.close(now + wait)
        if failure is not None:
            raise failure
        return answer

    def _headers(self) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self._token.get_secret_value()}"} if self._token else {}
        return {"User-Agent": self._agent, "Accept": "application/json", **token}

    def _no_answer(self, how: str) -> SourceUnavailable:
        return SourceUnavailable(
            f"{self._base.host} gave no answer {how}.",
            hint="Check the network; while it runs, Paperround asks again by itself.",
        )


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole body, if it is of a sane size."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise MalformedListing(f"The source's answer is longer than {_LARGEST_BODY >> 20} MiB.")
        chunks.append(chunk)
    return b"".join(chunks)


def _joined(listing: Listing, page: Listing) -> Listing:
    """*listing* with what *page* adds: the order moves between two requests, so papers come again."""
    known = {entry.paper.id for entry in listing.entries}
    new = tuple(entry for entry in page.entries if entry.paper.id not in known)
    skipped = tuple(dict.fromkeys(listing.skipped + page.skipped))
    return replace(listing, entries=listing.entries + new, skipped=skipped)
