"""The one table of commands: help, completion, docs/commands.md and every platform's registration read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.presentation.cards import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWords:
    """One command as people meet it: *usage* after the name, one line of *help*, and *examples* to copy.

    *aliases* are other names that are understood, but not shown first.
    """

    name: str
    usage: str
    help: str
    examples: tuple[str, ...]
    aliases: tuple[str, ...] = ()


COMMANDS: Final = (
    CommandWords(
        name="today",
        usage="[FILTER]",
        help="the best of the newest list day",
        examples=("today", "today diffusion -survey"),
    ),
    CommandWords(
        name="day",
        usage="WHEN [| FILTER]",
        help="the best of one list day",
        examples=("day yesterday", "day monday", "day 2025-10-16 | agents"),
    ),
    CommandWords(
        name="trending",
        usage="[FILTER]",
        help="the most upvoted of the last seven list days",
        examples=("trending", "trending has:code"),
    ),
    CommandWords(
        name="search",
        usage="WORDS",
        help="find papers in everything I know",
        examples=('search "world model" agents', "search author:LeCun"),
    ),
    CommandWords(
        name="show",
        usage="PAPER [bibtex]",
        help="one paper, by id, link or title",
        examples=("show 2511.01234", "show 2511.01234 bibtex"),
    ),
    CommandWords(
        name="follow",
        usage="[FILTER] [WHEN] [at TIME] [top N]",
        help="digests for yourself",
        examples=("follow agents", 'follow "protein folding" weekly on friday'),
    ),
    CommandWords(
        name="subscribe",
        usage="[FILTER] [WHEN] [at TIME] [top N] [in #CHANNEL]",
        help="digests for a channel",
        examples=(
            'subscribe diffusion, "world model" at 9 Berlin',
            'subscribe diffusion, "world model" -survey at 09:00 Berlin on weekdays top 5',
            "subscribe org:deepseek hot 100",
        ),
    ),
    CommandWords(
        name="subscriptions",
        usage="",
        help="what is subscribed here, and what you follow",
        examples=("subscriptions",),
        aliases=("list",),
    ),
    CommandWords(
        name="edit",
        usage="[ID] [FILTER | add FILTER | drop FILTER] [WHEN] [at TIME] [top N]",
        help="change a subscription; before and after are shown",
        examples=("edit 7f3k add robotics top 3", "edit 7f3k at 18:00"),
    ),
    CommandWords(
        name="preview",
        usage="[ID]",
        help="what a subscription would bring now; counts for nothing",
        examples=("preview 7f3k",),
    ),
    CommandWords(
        name="send",
        usage="[ID]",
        help="bring the next digest now, as the next one",
        examples=("send 7f3k",),
    ),
    CommandWords(name="pause", usage="[ID]", help="deliver nothing until resumed", examples=("pause 7f3k",)),
    CommandWords(name="resume", usage="[ID]", help="deliver again", examples=("resume 7f3k",)),
    CommandWords(
        name="restore",
        usage="",
        help="resume all that was paused when Paperround was removed from here",
        examples=("restore",),
    ),
    CommandWords(
        name="unsubscribe",
        usage="[ID]",
        help="remove a subscription or a follow",
        examples=("unsubscribe 7f3k",),
        aliases=("unfollow",),
    ),
    CommandWords(
        name="save",
        usage="[remove] PAPER",
        help="keep a paper in your list",
        examples=("save 2511.01234", "save remove 2511.01234"),
    ),
    CommandWords(
        name="saved", usage="[bibtex]", help="the papers you keep", examples=("saved", "saved bibtex")
    ),
    CommandWords(
        name="explain",
        usage="PAPER",
        help="why a paper came, or did not",
        examples=("explain 2511.01234",),
    ),
    CommandWords(
        name="settings",
        usage="[NAME VALUE]",
        help="who may subscribe, which channels, sharing, zone, hour, quiet hours, posts a day, cards",
        examples=("settings", "settings zone Berlin", "settings subscribers members"),
    ),
    CommandWords(
        name="forget",
        usage="me | workspace",
        help="delete what is kept about you, or all that was set up here; asks first",
        examples=("forget me", "forget workspace"),
    ),
    CommandWords(
        name="help",
        usage="[filters | times]",
        help="how it works",
        examples=("help", "help filters", "help times"),
    ),
)

HELP_FILTERS: Final = (
    Row(name='diffusion, "world model"', meaning="any of these; words side by side are one phrase"),
    Row(name="diffusion AND (robotics, vision)", meaning="both; a comma is OR"),
    Row(name="-survey  NOT benchmark", meaning="never these"),
    Row(name="upvotes>=20  comments>=3  stars>=100", meaning="only papers with as many"),
    Row(name="has:code  has:project", meaning="only papers that come with it"),
    Row(name='author:"Yann LeCun"  org:nvidia', meaning="by whom"),
    Row(name="title:agents  abstract:agents", meaning="only there; also keyword:"),
    Row(name="like:2511.01234", meaning="papers on the same subject as that one"),
    Row(name="sort:upvotes  sort:new", meaning="another order than expected upvotes"),
)
FILTERS_NOTE: Final = (
    "Case, accents, plurals, hyphens and joined spellings do not matter; word boundaries do: "
    "LLM finds LLMs, multi-agent finds multiagent, RAG never finds fragment."
)
HELP_TIMES: Final = (
    Row(name="daily  on weekdays  on monday, friday", meaning="which days (usual: weekdays)"),
    Row(name="weekly on friday", meaning="the best of the week"),
    Row(name="monthly on 1  monthly on the last day", meaning="the best of the month"),
    Row(name="hot 100", meaning="as soon as a paper passes 100 upvotes"),
    Row(name="at 9  at 9:30 pm  at 09:00, 18:00", meaning="when (usual: 09:00)"),
    Row(name="at 9 Berlin  at 9 UTC+2  zone New York", meaning="in which time zone"),
    Row(name="top 5", meaning="at most so many papers (1 to 20; usual: 5)"),
    Row(name="in #papers", meaning="in another channel than this one; not for a follow"),
    Row(
        name="with abstracts  without abstracts",
        meaning="the abstracts too, in a thread below; when edited, no more of them",
    ),
    Row(name="with notifications", meaning="messages of a plainer form, whose notification names the papers"),
    Row(name="by mail", meaning="mail instead of messages; only for a follow, and where mail is set up"),
)
ZONES_NOTE: Final = (
    "A city or an abbreviation means the place, with its summer time; UTC+2 is a fixed offset."
)
BAR_NOTE: Final = "Where words of a filter look like a time, a bar parts them:"
BAR_EXAMPLE: Final = "subscribe attention at scale | at 9"
HELP_SETTINGS: Final = (
    Row(
        name="settings subscribers members",
        meaning="who may subscribe a channel: managers, members, or as is usual (on Slack members)",
    ),
    Row(name="settings channels #papers, #reading", meaning="which channels may be subscribed; all (usual)"),
    Row(
        name="settings sharing off",
        meaning="whether answers may be shared with the channel: on (usual) or off",
    ),
    Row(name="settings zone Berlin", meaning="the time zone where none is named (usual: each person’s own)"),
    Row(name="settings hour 07:30", meaning="the hour where none is named (usual: 09:00)"),
    Row(name="settings quiet 22:00-07:00", meaning="when alerts wait (usual: 20:00-08:00)"),
    Row(name="settings posts 10", meaning="the most messages a day in one channel (usual: 6)"),
    Row(name="settings cards off", meaning="whether links to papers get a card (on Slack, with its add-on)"),
)
