"""Cards: exact pixels, the number as the briefing has it, words for who cannot see them."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import drawn
import pytest

from parkgis.outputs import cards, charts
from parkgis.status.series import counted_by_day
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from parkgis.outputs.cards import Card

VI, EN = Words("vi"), Words("en")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return drawn.worked(tmp_path_factory.mktemp("worked") / "w", demo=True)


def every(found: drawn.Drawn, size: str, form: str) -> list[Card]:
    data = charts.burn_up_data(found.briefing, counted_by_day(found.snapshot))
    return [
        cards.number_card(found.briefing, VI, size, form),
        cards.burn_up_card(data, VI, size, form),
        cards.map_card(found.briefing, found.shapes, VI, drawn.definition("overview"), size, form),
    ]


@pytest.mark.parametrize(("size", "pixels"), cards.PIXELS.items())
def test_a_card_has_exactly_its_pixels(worked: drawn.Drawn, size: str, pixels: tuple[int, int]) -> None:
    card = cards.number_card(worked.briefing, VI, size)
    assert drawn.size(card.content) == pixels == (card.width, card.height)


def test_a_map_card_has_exactly_its_pixels_too(worked: drawn.Drawn) -> None:
    card = cards.map_card(worked.briefing, worked.shapes, VI, drawn.definition("clearance"), "social")
    assert drawn.size(card.content) == (1200, 630)


def test_every_svg_card_carries_its_alternative_text_and_says_demo(worked: drawn.Drawn) -> None:
    for card in every(worked, "square", "svg"):
        tree = ET.fromstring(card.content)
        told = {element.get("id"): element.text for element in tree if element.get("id") in ("title", "desc")}
        assert told["title"] and card.alt.startswith("DEMO") and (told["desc"] or "") in card.alt
        assert VI.ha(worked.briefing.counted.area_m2) in card.alt


def test_the_number_on_the_card_is_the_briefings(worked: drawn.Drawn) -> None:
    (page,) = drawn.texts(cards.number_card(worked.briefing, EN, "slide", "pdf").content)
    briefing = worked.briefing
    assert EN.ha(briefing.counted.area_m2) in page and "of 300 ha" in page and EN.percent(briefing.share) in page
    assert EN("word.demo") in page and EN.day(briefing.on) in page


def test_a_number_of_any_length_and_a_target_passed_fit(worked: drawn.Drawn) -> None:
    huge = dataclasses.replace(worked.briefing, counted=dataclasses.replace(worked.briefing.counted, area_m2=1.23456789e11))
    card = cards.number_card(huge, VI, "square")
    colour = drawn.of_colour(card.content, "#0b4f8a")
    assert colour.any() and not colour[:, :8].any() and not colour[:, -8:].any()


def test_the_same_briefing_gives_the_same_card(worked: drawn.Drawn) -> None:
    assert cards.number_card(worked.briefing, VI) == cards.number_card(worked.briefing, VI)
