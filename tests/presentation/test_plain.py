"""What would reorder the words beside it is held apart, whichever script it is of."""

from __future__ import annotations

import sys
import unicodedata

from bot.presentation.plain import isolated

RIGHT_TO_LEFT = {"R", "AL", "AN"}


def test_every_character_of_a_script_from_right_to_left_is_isolated_and_no_other() -> None:
    wrong = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if (isolated(char) != char) is not (unicodedata.bidirectional(char) in RIGHT_TO_LEFT)
    ]
    assert wrong == []
