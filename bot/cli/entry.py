"""From the words of the command line to an exit code; the one place that turns errors into lines."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

from bot.cli.exit_codes import FAILED, NOTHING, USAGE
from bot.cli.options import options
from bot.domain.errors import PaperroundError, Unknown, UserError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def main(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit code: 0 done, 1 failed, 2 wrong usage, 3 nothing to show."""
    _print_anything()
    chosen = options().parse_args(arguments)
    # Only now are they known to be needed.
    import asyncio  # noqa: PLC0415

    from bot.cli.commands import COMMANDS  # noqa: PLC0415

    try:
        return asyncio.run(_finished(COMMANDS[chosen.command](chosen)))
    except KeyboardInterrupt:
        print("Interrupted. What was stored is kept; run it again to go on.", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing is left to say
        return FAILED
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - so that the end does not try again
        print("paperround: The output cannot be written: no space is left where it goes.", file=sys.stderr)
        return FAILED
    except PaperroundError as error:
        print(_line(error), file=sys.stderr)
        return _code(error)


def _print_anything() -> None:
    """A terminal that lacks a sign gets ``?`` in its place, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


async def _finished(work: Awaitable[int]) -> int:
    try:
        code = await work
    except ExceptionGroup as group:
        error = _only(group)
        if isinstance(error, PaperroundError):
            raise error from None
        raise
    sys.stdout.flush()
    return code


def _only(error: BaseException) -> BaseException:
    """The one error that a group of a group holds, as when a part of `run` ended; itself if there are more."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _code(error: PaperroundError) -> int:
    if isinstance(error, Unknown):
        return NOTHING
    return USAGE if isinstance(error, UserError) else FAILED


def _line(error: PaperroundError) -> str:
    return f"paperround: {error.message} {error.hint}".rstrip()
