"""A mistake in a form is told where it can be mended."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotAllowed, UserError
from bot.presentation.forms import AT, CHANNEL, FILTER, ZONE, filled_command
from bot.presentation.viewing import typed_after
from handlers.slack.faults import at_fault
from handlers.slack.modals import Filled

FINE = {FILTER: "agents", AT: "09:00", ZONE: "Berlin", CHANNEL: "C012AB3CD"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({FILTER: '"agents'}, FILTER),
        ({AT: "25:00"}, AT),
        ({ZONE: "Berln"}, ZONE),
        ({FILTER: '"agents', ZONE: "Berln"}, ZONE),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(typed: dict[str, str], field: str) -> None:
    form = Filled(base="subscribe", fields=FINE | typed, here="")
    with pytest.raises(UserError) as caught:
        filled_command(form.base, form.fields)
    assert list(at_fault(form, caught.value)) == [field]


def test_what_may_not_be_is_told_at_the_channel_without_its_id() -> None:
    error = NotAllowed("#C012AB3CD is archived.", hint="Nothing was saved.")
    form = Filled(base="subscribe", fields=FINE, here="")
    assert at_fault(form, error) == {CHANNEL: "That channel is archived. Nothing was saved."}


def test_a_form_without_a_channel_tells_it_at_the_top() -> None:
    form = Filled(base="follow", fields={FILTER: "agents"}, here="")
    assert at_fault(form, NotAllowed("I can’t write to you.")) == {FILTER: "I can’t write to you."}


def test_a_command_in_a_hint_is_written_as_it_is_typed_there() -> None:
    error = UserError("Nothing is subscribed here.", hint="Subscribe with: `/papers subscribe agents`")
    form = Filled(base="edit", fields=FINE, here="")
    told = at_fault(form, error, typed_after("/rounds"))
    assert told == {FILTER: "Nothing is subscribed here. Subscribe with: /rounds subscribe agents"}
