from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadConfiguration, StoreError, Unknown
from bot.sealing import Sealer

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
SECRET = "ana@example.org"


def test_what_is_sealed_opens_again_and_tells_nothing() -> None:
    sealer = Sealer([OLD])
    sealed = sealer.seal(SECRET)
    assert sealer.open(sealed) == SECRET
    assert sealer.seal(SECRET) != sealed
    assert "ana" not in sealed


def test_after_a_rotation_old_things_open_are_found_and_can_be_sealed_anew() -> None:
    before, after = Sealer([OLD]), Sealer([NEW, OLD])
    sealed, token = before.seal(SECRET), before.sign("manage", "r1", "s1")
    assert after.open(sealed) == SECRET
    assert after.signed("manage", token) == ("r1", "s1")
    assert before.hashes(SECRET)[0] in after.hashes(SECRET)
    assert Sealer([NEW]).open(after.renewed(sealed)) == SECRET
    assert Sealer([NEW]).hashes(SECRET)[0] == after.hashes(SECRET)[0]


@pytest.mark.parametrize(
    "sealed", ["", "x", Sealer([OTHER]).seal(SECRET)], ids=["nothing", "noise", "another key"]
)
def test_what_no_key_opens_is_a_fault_of_the_store_that_says_what_to_do(sealed: str) -> None:
    for work in (Sealer([NEW]).open, Sealer([NEW]).renewed):
        with pytest.raises(StoreError, match="cannot be opened") as caught:
            work(sealed)
        assert "PAPERROUND_SEAL_KEYS" in caught.value.hint


@pytest.mark.parametrize("keys", [[], [""], ["short"], [NEW, "not a key"]], ids=range(4))
def test_a_wrong_key_is_named_as_a_setting_and_never_shown(keys: list[str]) -> None:
    with pytest.raises(BadConfiguration) as caught:
        Sealer(keys)
    assert NEW not in f"{caught.value.message}{caught.value.hint}"
    assert "not a key" not in caught.value.message
    assert "PAPERROUND_SEAL_KEYS" in caught.value.hint


def test_a_link_holds_for_its_purpose_and_its_keys_alone() -> None:
    token = Sealer([OLD]).sign("manage", "r1", "s1")
    for sealer, purpose in ((Sealer([OLD]), "confirm"), (Sealer([NEW]), "manage")):
        with pytest.raises(Unknown):
            sealer.signed(purpose, token)


@given(st.text(max_size=200))
def test_no_text_is_a_link_by_chance(text: str) -> None:
    with pytest.raises(Unknown):
        Sealer([OLD]).signed("manage", text)
