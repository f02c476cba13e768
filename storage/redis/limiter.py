"""What platforms allow, shared out among all processes on one Redis server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from bot.domain.pacing import INVALID_WINDOW
from storage.codec import at_moment, moment
from storage.redis.connection import Script

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bot.domain.pacing import Brake, Pace
    from storage.redis.connection import Server
    from storage.redis.keys import Keys

_LIFETIME: Final = timedelta(days=7) // timedelta(seconds=1)
_FORGOTTEN: Final = timedelta(days=1) // timedelta(microseconds=1)
"""A pace whose next request might have come that long ago is as good as new: no burst saves up more."""
_MICROSECONDS: Final = 1_000_000
_WINDOW: Final = INVALID_WINDOW // timedelta(microseconds=1)

# As `bot.domain.pacing.reserve`, in microseconds.
_RESERVE: Final = Script("""
local now, by = tonumber(ARGV[1]), tonumber(ARGV[2])
local at, arrivals = now, {}
for number = 5, #ARGV, 3 do
    local interval = tonumber(ARGV[number + 1])
    local earliest = now - (tonumber(ARGV[number + 2]) - 1) * interval
    local arrival = math.max(tonumber(redis.call('ZSCORE', KEYS[1], ARGV[number]) or 0), earliest)
    arrivals[#arrivals + 1] = string.format('%.17g', arrival + interval)
    arrivals[#arrivals + 1] = ARGV[number]
    at = math.max(at, arrival)
end
if #arrivals > 0 and (not by or at <= by) then
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.17g', now - tonumber(ARGV[3])))
    redis.call('ZADD', KEYS[1], unpack(arrivals))
    redis.call('EXPIRE', KEYS[1], ARGV[4])
end
return string.format('%.0f', math.ceil(at))
""")
_HOLD: Final = Script("""
for number = 3, #ARGV do redis.call('ZADD', KEYS[1], 'GT', ARGV[1], ARGV[number]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
""")
_INVALID: Final = Script("""
local now, window, most, lifetime, answer, brake = unpack(ARGV)
redis.call('ZADD', KEYS[1], now, answer)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.17g', now - window))
redis.call('EXPIRE', KEYS[1], window / 1000000)
if redis.call('ZCARD', KEYS[1]) < tonumber(most) then return nil end
local till = string.format('%.17g', redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + window)
redis.call('ZADD', KEYS[2], 'GT', till, brake)
redis.call('EXPIRE', KEYS[2], lifetime)
return till
""")


class RedisLimiter:
    """The `bot.outbox.Limiter` of a Redis server; moments are those its callers name, never the server's."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def reserve(self, paces: Sequence[Pace], now: datetime, *, by: datetime | None = None) -> datetime:
        """One slot of every one of *paces*, or none if it would be later than *by*: when a request may be made."""
        if not paces:
            return now
        wanted = [part for pace in paces for part in (pace.key, pace.interval * _MICROSECONDS, pace.burst)]
        limits = (moment(now), "" if by is None else moment(by), _FORGOTTEN, _LIFETIME)
        return at_moment(int(await self._server.run(_RESERVE, (self._keys.arrivals,), *limits, *wanted)))

    async def hold(self, keys: Collection[str], until: datetime) -> None:
        """Let the paces named *keys* rest until *until*."""
        if keys:
            await self._server.run(_HOLD, (self._keys.arrivals,), moment(until), _LIFETIME, *keys)

    async def invalid(self, brake: Brake, now: datetime) -> datetime | None:
        """Count an invalid answer; gives until when everything under the brake rests, if it does."""
        keys = (self._keys.invalid(brake.key), self._keys.arrivals)
        values = (moment(now), _WINDOW, brake.most, _LIFETIME, uuid4().hex, brake.key)
        until = await self._server.run(_INVALID, keys, *values)
        return None if until is None else at_moment(int(until))

    async def state(self, now: datetime) -> dict[str, datetime]:
        """Which paces have their next slot later than *now*, and when it is."""
        later = ("(" + str(moment(now)), "+inf", "BYSCORE", "WITHSCORES")
        rows = await self._server.call("ZRANGE", self._keys.arrivals, *later)
        return {key: at_moment(int(at)) for key, at in sorted(rows)}
