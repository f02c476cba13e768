from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.command_text import parse_command
from bot.domain.errors import BadCommand, BadFilter, BadText, PaperroundError, SourceError
from bot.domain.filter_text import parse_filter
from bot.presentation.cards import Notice, Tone
from bot.presentation.explain import explain, explain_to_guests
from bot.presentation.viewing import TYPED


def tree(kind: type[PaperroundError] = PaperroundError) -> Iterator[type[PaperroundError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


OURS = [kind for kind in dict.fromkeys(tree()) if kind.__module__ == errors.__name__]


def suggested(notice: Notice) -> list[str]:
    return [command for action in notice.actions for command in action.commands]


def made(kind: type[PaperroundError]) -> PaperroundError:
    if issubclass(kind, errors.SourceThrottled):
        return kind("What went wrong.", hint="What to do.", retry_after=timedelta(seconds=5))
    return kind("What went wrong.", hint="What to do.")


@pytest.mark.parametrize("kind", OURS, ids=[kind.__name__ for kind in OURS])
def test_each_error_says_what_went_wrong_and_what_to_do(kind: type[PaperroundError]) -> None:
    notice = explain(made(kind), "4F2A", TYPED)

    said = "\n".join((notice.headline, *notice.lines))
    assert said.index("What went wrong.") < said.index("What to do.")
    assert "4F2A" not in said
    assert notice.tone in (Tone.WARNING, Tone.ERROR)


@pytest.mark.parametrize("kind", OURS, ids=[kind.__name__ for kind in OURS])
def test_an_error_without_a_hint_leaves_no_blank_line(kind: type[PaperroundError]) -> None:
    error = made(kind)
    error.hint = ""

    assert all(explain(error).lines)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__
    assert all(kind.__name__ in errors.__doc__ for kind in OURS)
    assert errors.__doc__.count("── ") == len(OURS) - 1


@pytest.mark.parametrize("kind", list(tree(SourceError)), ids=lambda kind: kind.__name__)
def test_a_source_that_fails_leaves_what_was_known(kind: type[PaperroundError]) -> None:
    assert "What I knew before is still here." in explain(made(kind)).lines


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("token xoxb-secret"), id="value"),
        pytest.param(KeyError("xoxb-secret"), id="key"),
        pytest.param(OSError(13, "Permission denied", "/home/x/xoxb-secret"), id="system"),
        pytest.param(BaseExceptionGroup("xoxb-secret", [KeyboardInterrupt("xoxb-secret")]), id="group"),
    ],
)
def test_an_error_that_is_not_ours_shows_a_reference_and_never_its_text(error: BaseException) -> None:
    notice = explain(error, "4F2A")

    said = repr(notice)
    assert notice.headline == "Something broke on our side (reference 4F2A)."
    assert notice.tone is Tone.ERROR
    assert "xoxb" not in said
    assert "Permission" not in said
    assert type(error).__name__ not in said


def test_an_error_that_is_not_ours_may_have_no_reference() -> None:
    assert explain(ValueError("x")).headline == "Something broke on our side."


def test_a_cause_is_not_told() -> None:
    error = errors.Unknown("No such paper.")
    error.__cause__ = ValueError("xoxb-secret")

    assert "xoxb" not in repr(explain(error))


@pytest.mark.parametrize(
    ("error", "pointed"),
    [
        pytest.param(BadText("x", text="abc def", start=4, end=7), "abc ▸def◂", id="the last word"),
        pytest.param(BadText("x", text="abc def", start=0, end=3), "▸abc◂ def", id="the first word"),
        pytest.param(BadText("x", text="abc", start=1, end=1), "a▸◂bc", id="a place between two letters"),
        pytest.param(
            BadFilter("x", text="a" * 60 + "XX" + "b" * 60, start=60, end=62),
            f"…{'a' * 40}▸XX◂{'b' * 40}…",
            id="amid a long text",
        ),
        pytest.param(
            BadCommand("x", text="a" + "X" * 500, start=1, end=501), f"a▸{'X' * 80}◂", id="a long mistake"
        ),
    ],
)
def test_a_mistake_in_a_text_is_pointed_at(error: BadText, pointed: str) -> None:
    assert explain(error).lines == (pointed,)


@pytest.mark.parametrize(
    "error", [BadText("x"), BadText("x", text="abc", start=9)], ids=["no text", "outside"]
)
def test_a_mistake_without_a_place_is_not_pointed_at(error: BadText) -> None:
    assert explain(error).lines == ()


def _typed(notice: Notice) -> list[str]:
    return [command for action in notice.actions for command in action.commands]


def test_suggestions_can_be_pasted() -> None:
    error = BadFilter("x", suggestion="a, b")
    error.alternatives = ("a, b", "a AND b")

    assert _typed(explain(error, spell=TYPED)) == ["/papers a, b", "/papers a AND b"]
    assert _typed(explain(error)) == ["a, b", "a AND b"]


def test_a_suggestion_that_has_its_prefix_gets_no_second() -> None:
    assert _typed(explain(BadCommand("x", suggestion="/papers today"), spell=TYPED)) == ["/papers today"]


def test_an_unclosed_quote_is_shown_and_mended() -> None:
    with pytest.raises(BadFilter) as raised:
        parse_filter('diffusion "world model')
    notice = explain(raised.value)

    assert "never closed" in f"{notice.headline} {notice.lines}"
    assert "▸" in notice.lines[0]
    assert _typed(notice) == ['diffusion "world model"']


@pytest.mark.parametrize(
    "typed", ['today diffusion "world model', "subscrib agents", "today venue:x", "day", "search"]
)
def test_what_is_suggested_for_a_mistyped_command_is_read(typed: str) -> None:
    with pytest.raises(BadText) as raised:
        parse_command(typed)
    notice = explain(raised.value, spell=TYPED)

    for command in _typed(notice):
        parse_command(command)


def test_commands_in_a_hint_are_spelt_as_on_the_platform() -> None:
    error = errors.UserError("x", hint="Say `/papers settings zone Berlin`, or `/papers help`, not `that`.")

    assert explain(error, spell=TYPED).lines == (
        "Say /papers settings zone Berlin, or /papers help, not `that`.",
    )
    assert explain(error, spell=str.upper).lines == ("Say SETTINGS ZONE BERLIN, or HELP, not `that`.",)


def test_a_command_that_a_platform_lacks_is_named_as_it_is() -> None:
    error = errors.UserError("x", hint="Say `/papers restore`.")

    assert explain(error, spell=lambda _: "").lines == ("Say restore.",)


def test_whoever_does_not_run_it_is_not_told_where_the_store_is() -> None:
    error = errors.StoreUnavailable("The store at 10.1.2.3:6379 is away.", hint="Start the Redis server.")
    notice = explain_to_guests(error)
    assert "10.1.2.3" in explain(error).headline
    assert not any(word in f"{notice}" for word in ("10.1.2.3", "Redis"))
    assert explain_to_guests(errors.UserError("So.", hint="And so.")).headline == "So."
