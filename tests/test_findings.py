"""Every finding the code can produce has a text and a remedy in both languages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

import parkgis
from parkgis import findings
from parkgis.model import Finding, Severity
from parkgis.words.catalogue import LANGUAGES, Words, keys

VI, EN = Words("vi"), Words("en")
PRODUCED = re.compile(r'(?:Finding|_finding|refuse|Marks|on_parcels|_texts)\(\s*(?:case, )?"([a-z_]+)"')
PAIRED = re.compile(r'"(stage_(?:without|before))"')


def codes() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(parkgis.__file__).parent.rglob("*.py"))
    return {*PRODUCED.findall(source), *PAIRED.findall(source)}


def say(code: str, words: Words = VI, /, **facts: Any) -> str:
    return findings.sentence(Finding(code, Severity.INFO, facts=facts), words)


def test_the_search_for_codes_finds_them() -> None:
    assert {"stage_without", "ledger_gap", "overlap", "row_day", "minutes_without_geometry"} <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_text_and_remedy(code: str, lang: str) -> None:
    assert {f"finding.{code}.text", f"finding.{code}.remedy"} <= set(keys(lang))


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    def shape(lang: str) -> dict[str, set[str]]:
        mine = {k: v for k, v in keys(lang).items() if k.startswith(("finding.", "report."))}
        return {key: set(re.findall(r"{(\w+)}", text)) for key, text in mine.items()}

    assert shape("vi") == shape("en")


def test_stage_codes_are_said_as_names() -> None:
    facts: dict[str, Any] = {"stage": "handed_developer", "earlier": "recovered", "count": 1234, "example": "09/1/2"}
    assert say("stage_without", **facts) == (
        "1.234 thửa đã qua bước “Bàn giao đất trên thực địa cho chủ đầu tư hạ tầng” nhưng chưa có bước “Quyết định thu hồi đất” "
        "(ví dụ thửa 09/1/2)."
    )
    assert "“Recovery decision”" in findings.remedy(Finding("stage_without", Severity.INFO, "", facts), EN)


def test_areas_are_written_with_the_language_s_decimals() -> None:
    facts: dict[str, Any] = {"documents_m2": 11145.0, "geometry_m2": 10800.25, "difference_m2": 344.75}
    assert "11.145,0 m²" in say("documents_differ", **facts)
    assert "10,800.3 m²" in say("documents_differ", EN, **facts)


def test_a_public_figure_keeps_the_precision_it_was_said_with() -> None:
    facts: dict[str, Any] = {"paid": 205.6, "paid_of": "Quế Võ III", "paid_on": "2025-10", "handed": 130.0, "handed_on": "2025-06"}
    assert say("statement_paid_more", **facts) == (
        "Diện tích đã bồi thường 205,6 ha (Quế Võ III, 10/2025) lớn hơn diện tích đã bàn giao 130 ha (06/2025)."
    )
    assert "300; 306,5 ha" in say("statement_areas", project="NSHL", values="300; 306.5")


def test_a_missing_fact_is_said_to_be_unknown() -> None:
    assert "chưa rõ m²" in say("minutes_without_geometry", seq=7, document="05/BB", stage="paid", area_m2=None)
    assert say("row_day") == "Cột chưa rõ: “chưa rõ” không phải là ngày."


def test_days_and_lists_of_rows() -> None:
    assert "(01/07/2026)" in say("row_day_future", value=dt.date(2027, 1, 2), today=dt.date(2026, 7, 1))
    assert "dòng hoặc thửa: 3, 1234" in say("geometry_empty", count=2, rows=[3, 1234])


def test_braces_in_a_value_are_text() -> None:
    assert "“{0.__class__}”" in say("row_stage", value="{0.__class__}", stages="")


@pytest.mark.parametrize(
    ("where", "seen"),
    [
        ("ledger:13", "Sổ theo dõi, mục 13"),
        ("Hoàn Sơn giai đoạn II, 2025-01-06", "Hoàn Sơn giai đoạn II, 06/01/2025"),
        ("09/1/2", "09/1/2"),
    ],
)
def test_places(where: str, seen: str) -> None:
    assert findings.place(Finding("x", Severity.INFO, where), VI) == seen
