"""What platforms allow, shared out among all processes on one Redis server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from bot.domain.pacing import ASTRAY, INVALID_WINDOW, Slot
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
_REST: Final = "rest "
"""What the name of a pace follows that was told to rest; beside it stands the pace itself, by its next request."""
_ASTRAY: Final = ASTRAY // timedelta(microseconds=1)
_MICROSECONDS: Final = 1_000_000
_WINDOW: Final = INVALID_WINDOW // timedelta(microseconds=1)

# As `bot.domain.pacing.believed` and `reserve_all`, in microseconds.
_RESERVE: Final = Script("""
local now, by = tonumber(ARGV[1]), tonumber(ARGV[2])
local paces, at, free, shortest = {}, now, now, math.huge
for number = 6, #ARGV, 3 do
    local interval, burst = tonumber(ARGV[number + 1]), tonumber(ARGV[number + 2])
    local arrival = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[number]) or 0)
    if arrival > now + ARGV[5] + interval then arrival = 0 end
    arrival = math.max(arrival, tonumber(redis.call('ZSCORE', KEYS[1], 'rest ' .. ARGV[number]) or 0))
    paces[#paces + 1] = {ARGV[number], interval, (burst - 1) * interval, arrival}
    local slot = math.max(arrival, now)
    if interval < shortest then shortest, at = interval, slot end
    free = math.max(free, slot)
end
if free > at or (by and at > by) then return {string.format('%.0f', math.ceil(free)), 0} end
local arrivals = {}
for _, pace in ipairs(paces) do
    arrivals[#arrivals + 1] = string.format('%.17g', math.max(pace[4], at - pace[3]) + pace[2])
    arrivals[#arrivals + 1] = pace[1]
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.17g', now - tonumber(ARGV[3])))
redis.call('ZADD', KEYS[1], unpack(arrivals))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {string.format('%.0f', math.ceil(at)), 1}
""")
_HOLD: Final = Script("""
for number = 3, #ARGV do redis.call('ZADD', KEYS[1], 'GT', ARGV[1], 'rest ' .. ARGV[number]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
""")
_INVALID: Final = Script("""
local now, window, most, lifetime, answer, brake = unpack(ARGV)
redis.call('ZADD', KEYS[1], now, answer)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.17g', now - window))
redis.call('EXPIRE', KEYS[1], window / 1000000)
if redis.call('ZCARD', KEYS[1]) < tonumber(most) then return nil end
local till = string.format('%.17g', redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + window)
redis.call('ZADD', KEYS[2], 'GT', till, 'rest ' .. brake)
redis.call('EXPIRE', KEYS[2], lifetime)
return till
""")


class RedisLimiter:
    """The `bot.outbox.Limiter` of a Redis server; moments are those its callers name, never the server's."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys

    async def reserve(self, paces: Sequence[Pace], now: datetime, *, by: datetime | None = None) -> Slot:
        """One slot of every one of *paces* by *by*, or when to ask again."""
        if not paces:
            return Slot(at=now)
        wanted = [part for pace in paces for part in (pace.key, pace.interval * _MICROSECONDS, pace.burst)]
        limits = (moment(now), "" if by is None else moment(by), _FORGOTTEN, _LIFETIME, _ASTRAY)
        at, taken = await self._server.run(_RESERVE, (self._keys.arrivals,), *limits, *wanted)
        return Slot(at=at_moment(int(at)), taken=bool(taken))

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
        found = {key: int(at) for key, at in rows}
        rests = {key.removeprefix(_REST): at for key, at in found.items() if key.startswith(_REST)}
        near = moment(now) + _ASTRAY
        slots = {key: at for key, at in found.items() if not key.startswith(_REST) and at < near}
        slots |= {key: max(at, slots.get(key, at)) for key, at in rests.items()}
        return {key: at_moment(at) for key, at in sorted(slots.items())}
