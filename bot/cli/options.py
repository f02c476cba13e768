"""What can be typed after ``paperround``. Imports nothing heavy, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime

_EPILOG = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing to show."


def options() -> argparse.ArgumentParser:
    """The parser of the whole command line; ``namespace.command`` names the command."""
    parser = argparse.ArgumentParser(
        prog="paperround",
        description="Brings trending research papers to the channels where people already talk.",
        epilog=_EPILOG,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo(commands)
    _run(commands)
    _ingest(commands)
    _digest(commands)
    _search(commands)
    _show(commands)
    _subscriptions(commands)
    _status(commands)
    _deliveries(commands)
    _migrate(commands)
    _reseal(commands)
    _check(commands)
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _add(commands: _Commands[argparse.ArgumentParser], name: str, help_: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=help_, description=help_[0].upper() + help_[1:] + ".", epilog=_EPILOG
    )


def _demo(commands: _Commands[argparse.ArgumentParser]) -> None:
    demo = _add(commands, "demo", "show a day's papers become a digest, then answer at a prompt")
    origin = demo.add_mutually_exclusive_group()
    origin.add_argument(
        "--source", metavar="PATH", help="a recording or a saved page instead of the sample day"
    )
    origin.add_argument("--live", action="store_true", help="ask Hugging Face itself")


def _run(commands: _Commands[argparse.ArgumentParser]) -> None:
    run = _add(commands, "run", "keep the listings fresh, bring what is due, and answer at a prompt")
    origin = run.add_mutually_exclusive_group()
    origin.add_argument("--source", metavar="PATH", help="a recording instead of Hugging Face")
    origin.add_argument(
        "--relive", metavar="PATH", help="answer the lines piped in, then live through a recording at speed"
    )
    run.add_argument("--since", metavar="DAY", type=_day, help="with --relive: the first list day")
    run.add_argument("--until", metavar="DAY", type=_day, help="with --relive: the last list day")
    run.add_argument("--store", metavar="URL", help="another store than the settings name")


def _ingest(commands: _Commands[argparse.ArgumentParser]) -> None:
    ingest = _add(commands, "ingest", "read listings into the store; run it again after an interruption")
    ingest.add_argument("--since", metavar="DAY", type=_day, help="the first list day (default: 30 days ago)")
    ingest.add_argument("--until", metavar="DAY", type=_day, help="the last list day (default: today)")
    ingest.add_argument(
        "--source", metavar="PATH", help="a recording or a saved page instead of Hugging Face"
    )
    _page_year(ingest)
    ingest.add_argument("--store", metavar="URL", help="another store than the settings name")


def _digest(commands: _Commands[argparse.ArgumentParser]) -> None:
    digest = _add(commands, "digest", "print the best papers of a day, and why")
    digest.add_argument("--date", metavar="DAY", type=_day, help="the list day (default: the newest)")
    digest.add_argument(
        "--filter", metavar="TEXT", default="", help="what is wanted, e.g. 'diffusion -survey'"
    )
    digest.add_argument("--top", metavar="N", type=_count, default=10, help="at most so many papers (10)")
    digest.add_argument(
        "--window",
        metavar="DAYS",
        type=_count,
        default=0,
        help="look back so many days and be as picky as a subscription (7 is what one gets)",
    )
    digest.add_argument(
        "--source", metavar="PATH", help="a recording or a saved page; the store is not touched"
    )
    _page_year(digest)
    digest.add_argument("--store", metavar="URL", help="another store than the settings name")
    digest.add_argument("--json", action="store_true", help="for scripts")


def _page_year(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--page-year", metavar="YEAR", type=_year, help="the year in which a saved page was saved"
    )


def _search(commands: _Commands[argparse.ArgumentParser]) -> None:
    search = _add(commands, "search", "find papers in everything stored")
    search.add_argument("query", nargs="+", help="words, “phrases” and the filter language")
    search.add_argument("--limit", metavar="N", type=_count, default=10, help="at most so many papers (10)")
    search.add_argument("--store", metavar="URL", help="another store than the settings name")
    search.add_argument("--json", action="store_true", help="for scripts")


def _show(commands: _Commands[argparse.ArgumentParser]) -> None:
    show = _add(commands, "show", "show one paper")
    show.add_argument("reference", nargs="+", help="an arXiv id, a link, or a title")
    show.add_argument("--bibtex", action="store_true", help="as a BibTeX entry")
    show.add_argument("--store", metavar="URL", help="another store than the settings name")
    show.add_argument("--json", action="store_true", help="for scripts")


def _subscriptions(commands: _Commands[argparse.ArgumentParser]) -> None:
    subscriptions = _add(commands, "subscriptions", "list, export or import what is subscribed")
    actions = subscriptions.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list them")
    listed.add_argument("--json", action="store_true", help="for scripts")
    exported = actions.add_parser("export", help="write them as JSON lines")
    exported.add_argument("file", nargs="?", default="-", help="where to (default: standard output)")
    imported = actions.add_parser("import", help="add those of an export that are not there yet")
    imported.add_argument("file", nargs="?", default="-", help="where from (default: standard input)")
    for action in (listed, exported, imported):
        action.add_argument("--store", metavar="URL", help="another store than the settings name")


def _check(commands: _Commands[argparse.ArgumentParser]) -> None:
    check = _add(commands, "check", "check settings and connectivity, and say what to mend")
    check.add_argument("--store", metavar="URL", help="another store than the settings name")


def _status(commands: _Commands[argparse.ArgumentParser]) -> None:
    status = _add(commands, "status", "say how all stands: listings, what is due, the outbox, what is paused")
    status.add_argument("--store", metavar="URL", help="another store than the settings name")


def _reseal(commands: _Commands[argparse.ArgumentParser]) -> None:
    reseal = _add(
        commands, "reseal", "encrypt mail addresses and Slack's tokens anew with the first of the seal keys"
    )
    reseal.add_argument("--store", metavar="URL", help="another store than the settings name")


def _migrate(commands: _Commands[argparse.ArgumentParser]) -> None:
    migrate = _add(commands, "migrate", "copy one store into another, empty one; run it again if interrupted")
    migrate.add_argument("old", metavar="FROM", help="the store's address, such as sqlite:///paperround.db")
    migrate.add_argument("new", metavar="TO", help="the other's, such as redis://127.0.0.1:6379/0")
    migrate.add_argument(
        "--drop-waiting", action="store_true", help="leave behind what has not ended: jobs and deliveries"
    )


def _deliveries(commands: _Commands[argparse.ArgumentParser]) -> None:
    deliveries = _add(
        commands, "deliveries", "look at what was brought and what was not; retry it or drop it"
    )
    deliveries.add_argument("--store", metavar="URL", help="another store than the settings name")
    actions = deliveries.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="the newest ones, at first those that wait for a decision")
    listed.add_argument(
        "--state",
        action="append",
        choices=["pending", "sending", "sent", "refused", "unknown"],
        help="only these (may be given several times; default: refused and unknown)",
    )
    listed.add_argument("--limit", metavar="N", type=_count, default=20, help="at most so many (default: 20)")
    _store_too(listed)
    for name, words in (
        ("show", "all that is known of one"),
        ("retry", "try a refused or unknown one again"),
        ("drop", "give one up; its papers may come again"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("reference", help="as `deliveries list` prints it, or the whole key")
        _store_too(action)


def _store_too(action: argparse.ArgumentParser) -> None:
    """Let the store be named after the *action* too; what was named before it stays unless it is."""
    action.add_argument(
        "--store", metavar="URL", default=argparse.SUPPRESS, help="another store than the settings name"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2025-10-16") from None


def _year(text: str) -> int:
    first, last = 1991, datetime.now(UTC).year  # arXiv's beginning; a page saved in a year to come is a slip
    if not text.isdecimal() or not first <= int(text) <= last:
        raise argparse.ArgumentTypeError(f"“{text}” is no year from {first} to {last}; write it as 2025")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:  # noqa: PLR2004 - more is never meant
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 1000")
    return int(text)
