from __future__ import annotations

import pytest

from handlers.email.outcomes import Accepted, Answer, Broken, Reply, Stage, hindrance


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Accepted(), ""),
        (Reply(stage=Stage.LOGIN, code=535), "the server answered 535 while signing in."),
        (
            Broken(stage=Stage.CONNECT, detail="refused"),
            "the server gave no answer (refused) while connecting.",
        ),
    ],
    ids=["well", "not let in", "not there"],
)
def test_what_keeps_us_from_sending_is_told_with_where_to_look(answer: Answer, said: str) -> None:
    assert hindrance(answer).startswith(said)
    assert ("PAPERROUND_EMAIL__HOST" in hindrance(answer)) is bool(said)
