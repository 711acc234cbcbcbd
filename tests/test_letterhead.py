"""``[letter]`` of ``parkgis.toml``: texts and lists of texts, nothing else, nothing unknown."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from parkgis.config import read_config
from parkgis.errors import WorkspaceInvalid
from parkgis.letterhead import Letterhead, parse
from parkgis.workspace import shipped

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_workspace_says_the_province_and_invents_no_number_symbol_or_name() -> None:
    found = parse(tomllib.loads((shipped() / "parkgis.toml").read_text(encoding="utf-8"))["letter"])
    assert found.superior_vi == "UBND tỉnh Bắc Ninh"
    assert (found.symbol, found.number, found.signer_name, found.signer_vi) == ("", "", "", ())


def test_a_text_given_in_one_language_serves_both() -> None:
    found = Letterhead(place_vi="Bắc Ninh", to_en=("A", "B"))
    assert (found.text("place", "en"), found.lines("to", "vi"), found.text("superior", "en")) == ("Bắc Ninh", ("A", "B"), "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('symbl = "BC-BQL"', "letter.symbl is no key"),
        ("symbol = 5", "letter.symbol = 5 is no text"),
        ('signer_vi = "TRƯỞNG BAN"', "is no list of texts"),
        ("to_vi = [1]", "is no list of texts"),
    ],
)
def test_a_wrong_key_is_named(line: str, told: str, tmp_path: Path) -> None:
    text = (shipped() / "parkgis.toml").read_text(encoding="utf-8")
    path = tmp_path / "parkgis.toml"
    path.write_text(text.replace("[letter]\n", f"[letter]\n{line}\n").replace('to_vi = ["', '# ["'), encoding="utf-8")
    with pytest.raises(WorkspaceInvalid, match="letter") as refused:
        read_config(path)
    assert told in str(refused.value)
