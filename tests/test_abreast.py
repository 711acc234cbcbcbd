"""The same work for several lands, two abreast."""

from __future__ import annotations

import threading

import pytest

from parkgis.planning.abreast import abreast


def test_results_stand_in_the_order_of_the_items_whoever_was_first() -> None:
    second_is_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_is_done.wait(10)  # only another thread can have taken the second
        second_is_done.set()
        return number * number

    assert abreast(work, [0, 1, 2, 3]) == [0, 1, 4, 9]


def test_nothing_is_asked_where_there_is_nothing() -> None:
    assert abreast(len, []) == []


def test_what_goes_wrong_for_one_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        abreast(lambda number: 1 / number, [1, 2, 0, 4])
