"""Text: what every store can keep, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.text import BrokenText, require_whole


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_in_any_script_is_whole(text: str) -> None:
    require_whole("Thanh Hóa", text)


@pytest.mark.parametrize("broken", ["a\0b", "\ud800", "x\udfff"])
def test_a_nul_or_half_a_character_is_refused(broken: str) -> None:
    with pytest.raises(BrokenText):
        require_whole("Thanh Hóa", broken)
