"""What every ledger store promises: each store's test inherits this class and says how to open one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

import make
import pytest

from parkgis.errors import EventConflict, LedgerStale, MixError
from parkgis.model import Cut, Head, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.ledger import Store
    from parkgis.model import Event, Recorded

PARCELS = [make.reached(f"09/1/{n}", area_m2=100.0 * n) for n in (1, 2, 3)]
ALWAYS = Cut(dt.date.max, make.FOREVER)


class StoreContract:
    """Inherit, and give ``store(clock)``."""

    def open(self, clock: Callable[[], dt.datetime]) -> Store:
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> Store:
        return self.open(make.clock())

    # -- append ------------------------------------------------------------------------------------------

    def test_an_empty_ledger_answers_every_question_with_nothing(self, store: Store) -> None:
        assert store.head() == store.head_at(make.FOREVER) == Head(0, "")
        assert list(store.events()) == [] and store.find(["x"]) == {} and store.get(1) is None
        assert [*store.reached(ALWAYS), *store.stated(ALWAYS, "paid"), *store.drawn(ALWAYS), *store.papers(ALWAYS)] == []

    def test_seq_has_no_gaps_and_entries_come_back_as_they_went_in(self, store: Store) -> None:
        first, second = store.append(PARCELS[:2]), store.append(PARCELS[2:])
        assert [e.seq for e in (*first, *second)] == [1, 2, 3]
        assert list(store.events()) == [*first, *second]
        assert [e.event for e in store.events()] == PARCELS
        assert store.head() == Head(3, second[0].digest, second[0].at)

    def test_nothing_to_append_is_fine(self, store: Store) -> None:
        assert list(store.append([])) == []
        assert store.head().seq == 0

    def test_a_retry_is_recognised(self, store: Store) -> None:
        store.append(PARCELS[:2])
        assert [e.event for e in store.append(PARCELS)] == [PARCELS[2]]
        assert list(store.append(PARCELS)) == []
        assert store.head().seq == 3

    def test_the_same_event_twice_in_one_call_counts_once(self, store: Store) -> None:
        assert len(store.append([PARCELS[0], PARCELS[0]])) == 1

    def test_who_typed_it_and_a_remark_make_no_other_content(self, store: Store) -> None:
        store.append([make.reached("09/1/1", id="a", by="An", note="")])
        assert list(store.append([make.reached("09/1/1", id="a", by="Bình", note="gõ lại")])) == []

    @pytest.mark.parametrize(
        ("other", "differs"),
        [
            ({"on": "2026-03-03"}, "day, document_date"),
            ({"stage": "paid"}, "stage"),
            ({"area_m2": 101.0}, "area_m2"),
            ({"project": "Q"}, "project"),
            ({"paper": "02/BB"}, "document"),
            ({"tranche": (0.0, 0.0, 1.0, 1.0)}, "geometry"),
        ],
    )
    def test_same_id_with_other_content_is_a_conflict(self, store: Store, other: dict[str, object], differs: str) -> None:
        store.append([make.reached("09/1/9"), make.reached("09/1/1", id="a", area_m2=100.0)])
        facts: dict[str, object] = {"parcel": "09/1/1", "id": "a", "area_m2": 100.0}
        with pytest.raises(EventConflict) as refused:
            store.append([PARCELS[2], make.reached(**(facts | other))])  # type: ignore[arg-type]
        assert (refused.value.facts["seq"], refused.value.facts["differs"]) == (2, differs)
        assert store.head().seq == 2, "the good event beside the bad one was not written either"

    def test_a_conflict_inside_one_call_is_refused(self, store: Store) -> None:
        with pytest.raises(EventConflict):
            store.append([make.reached("09/1/1", id="a"), make.reached("09/1/2", id="a")])
        assert store.head().seq == 0

    def test_a_stale_writer_is_refused(self, store: Store) -> None:
        store.append(PARCELS[:1], after=0)
        with pytest.raises(LedgerStale) as refused:
            store.append(PARCELS[1:], after=0)
        assert (refused.value.facts["head"], refused.value.facts["expected"]) == (1, 0)
        assert store.head().seq == 1
        assert store.append(PARCELS[1:], after=1)[-1].seq == 3

    # -- time --------------------------------------------------------------------------------------------

    def test_at_never_decreases_even_when_the_clock_is_set_back(self) -> None:
        times = iter([make.at("2026-05-02"), make.at("2026-05-01"), make.at("2026-05-03")])
        store = self.open(lambda: next(times))
        seen = [store.append([event])[0].at for event in PARCELS]
        assert seen == [make.at("2026-05-02"), make.at("2026-05-02"), make.at("2026-05-03")]

    def test_a_clock_without_a_zone_is_refused(self) -> None:
        store = self.open(lambda: dt.datetime(2026, 5, 1))  # noqa: DTZ001
        with pytest.raises(MixError):
            store.append(PARCELS)
        assert store.head().seq == 0

    def test_a_clock_of_another_zone_is_written_in_utc(self) -> None:
        hanoi = dt.timezone(dt.timedelta(hours=7))
        store = self.open(lambda: dt.datetime(2026, 5, 1, 7, tzinfo=hanoi))
        store.append(PARCELS)
        assert store.head().at == make.at("2026-05-01")

    def test_head_at_an_hour(self, store: Store) -> None:
        for event in PARCELS:  # learned on 1, 2 and 3 January
            store.append([event])
        assert [store.head_at(make.at(t)).seq for t in ("2025-12-31", "2026-01-01", "2026-01-02T23:00", "2026-01-03")] == [
            0,
            1,
            2,
            3,
        ]
        with pytest.raises(MixError):
            store.head_at(dt.datetime(2026, 1, 2))  # noqa: DTZ001

    # -- reading -----------------------------------------------------------------------------------------

    def test_events_with_a_cut_and_kinds(self, store: Store) -> None:
        early, late = make.reached("09/1/1", on="2026-01-10"), make.reached("09/1/2", on="2026-02-10")
        strike = make.void(early, on="2026-03-01")
        for event in (late, early, strike):  # learned on 1, 2 and 3 January
            store.append([event])

        def seen(*args: object) -> list[Event]:
            return [entry.event for entry in store.events(*args)]  # type: ignore[arg-type]

        assert seen() == [late, early, strike]
        assert seen(Cut(make.day("2026-01-31"), make.FOREVER)) == [early]
        assert seen(Cut(dt.date.max, make.at("2026-01-02"))) == [late, early]
        assert seen(None, [Kind.VOID]) == [strike]
        assert seen(ALWAYS, [Kind.REACHED]) == [late, early]

    def test_approvals_and_counts_stand_as_they_were_written(self, store: Store) -> None:
        plan = make.entry(
            Kind.APPROVAL, facts={"amount_vnd": 268_340_000_000, "batch": "Đợt 1", "households": 312}, area_m2=929000.0
        )
        graves = make.entry(Kind.COUNT, facts={"what": "graves_total", "value": 219})
        store.append([plan, graves, make.void(graves)])
        assert [e.event for e in store.standing(ALWAYS, [Kind.APPROVAL, Kind.COUNT])] == [plan]
        assert [e.event for e in store.events(None, [Kind.COUNT])] == [graves]

    def test_find_and_get(self, store: Store) -> None:
        written = store.append(PARCELS)
        assert store.find([PARCELS[0].id, PARCELS[2].id, "nothing"]) == {
            PARCELS[0].id: written[0],
            PARCELS[2].id: written[2],
        }
        assert [store.get(seq) for seq in (0, 1, 3, 4, -1)] == [None, written[0], written[2], None, None]

    def test_find_many(self, store: Store) -> None:
        events = [make.reached(f"09/1/{n}") for n in range(1200)]
        store.append(events)
        assert len(store.find(e.id for e in events)) == 1200

    def test_text_is_kept_in_nfc(self, store: Store) -> None:
        loose = unicodedata.normalize("NFD", "Biên bản số 5")
        tidy = unicodedata.normalize("NFC", loose)
        assert loose != tidy
        (entry,) = store.append([make.reached("09/1/1", id="a", paper=loose, note=loose, by=loose)])
        assert (entry.event.source.number, entry.event.note, entry.event.by) == (tidy, tidy, tidy)
        assert list(store.append([make.reached("09/1/1", id="a", paper=tidy)])) == [], "composed or not, it is the same paper"

    def test_an_area_of_minus_nothing_is_nothing(self, store: Store) -> None:
        (entry,) = store.append([make.reached("09/1/1", area_m2=-0.0)])
        assert str(entry.event.area_m2) == "0.0"

    # -- the fold's questions ----------------------------------------------------------------------------

    def test_voided_entries_are_left_out_and_a_void_can_be_void(self, store: Store) -> None:
        wrong, right = make.reached("09/1/1"), make.reached("09/1/2")
        strike = make.void(wrong)
        unstrike = make.void(strike)
        for event in (wrong, right, strike, unstrike):  # learned on 1, 2, 3 and 4 January
            store.append([event])

        def keys(known: str) -> list[str]:
            return sorted(k for b in store.reached(Cut(dt.date.max, make.at(known))) for k in b.keys)

        assert keys("2026-01-02") == ["09/1/1", "09/1/2"]
        assert keys("2026-01-03") == ["09/1/2"]
        assert keys("2026-01-04") == ["09/1/1", "09/1/2"]

    def test_drawn_holds_tranches_areas_alone_and_splits_by_day(self, store: Store) -> None:
        tranche = make.reached(tranche=(0, 0, 5, 5), on="2026-03-05")
        alone = make.reached(area_m2=500.0, on="2026-03-04")
        parts = make.split("09/1/1", "09/1/7", "09/1/8", on="2026-03-03")
        store.append([tranche, alone, PARCELS[0], parts])
        assert [e.event for e in store.drawn(ALWAYS)] == [parts, alone, tranche]
        assert [e.event for e in store.drawn(Cut(make.day("2026-03-04"), make.FOREVER))] == [parts, alone]

    def test_numbered_holds_what_reached_does_and_each_entry_s_number(self, store: Store) -> None:
        store.append([*PARCELS, make.reached("09/1/2", stage="paid", on="2026-01-05"), make.reached(tranche=(0, 0, 5, 5))])
        store.append([make.void(PARCELS[1])])

        def told(cut: Cut) -> set[tuple[str, str, str, str, int]]:
            return {
                (one.project, one.stage, key, str(day), int(seq))
                for one in store.numbered(cut)
                for key, day, seq in zip(one.keys, one.days, one.seqs, strict=True)
            }

        def batched(cut: Cut) -> set[tuple[str, str, str, str]]:
            return {(b.project, b.stage, key, str(b.day)) for b in store.reached(cut) for key in b.keys}

        events = {e.seq: e.event for e in store.events()}
        for cut in (ALWAYS, dataclasses.replace(ALWAYS, without=frozenset({6})), Cut(make.day("2026-02-01"), make.FOREVER)):
            assert {one[:4] for one in told(cut)} == batched(cut)
            assert all((events[seq].stage, events[seq].parcel) == (stage, key) for _, stage, key, _, seq in told(cut))
        assert sorted(one[4] for one in told(ALWAYS)) == [1, 3, 4]
        assert [(one.stage, list(one.seqs)) for one in store.numbered(ALWAYS, but="handed_developer")] == [("paid", [4])]

    def test_stated_areas_by_day_and_seq(self, store: Store) -> None:
        store.append(
            [
                make.reached("09/1/2", on="2026-03-02", area_m2=20.0),
                make.reached("09/1/1", on="2026-03-01"),
                make.reached("09/1/3", on="2026-03-02", area_m2=30.0),
                make.reached("09/1/3", stage="paid", area_m2=1.0),
            ]
        )
        (stated,) = store.stated(ALWAYS, "handed_developer")
        assert list(stated.keys) == ["09/1/1", "09/1/2", "09/1/3"]
        assert [str(d) for d in stated.days] == ["2026-03-01", "2026-03-02", "2026-03-02"]
        assert (list(stated.seqs), [str(a) for a in stated.area_m2]) == ([2, 1, 3], ["nan", "20.0", "30.0"])

    def test_papers_one_line_a_document_project_stage_and_day(self, store: Store) -> None:
        store.append(
            [*PARCELS, make.reached(tranche=(0, 0, 5, 5), paper="02/BB"), make.reached("09/1/1", stage="paid", on="2026-01-05")]
        )
        lines = [(p.number, p.stage, str(p.day), p.entries, p.stated_m2, p.first_seq) for p in store.papers(ALWAYS)]
        for stage in {p.stage for p in store.papers(ALWAYS)}:
            assert store.papers(ALWAYS, stage) == [p for p in store.papers(ALWAYS) if p.stage == stage]
        for since in {p.day for p in store.papers(ALWAYS)}:
            later = [p for p in store.papers(ALWAYS) if p.day > since]
            assert store.papers(ALWAYS, since=since) == later
            assert store.papers(ALWAYS, "paid", since) == [p for p in later if p.stage == "paid"]
        assert lines == [
            ("01/BB", "paid", "2026-01-05", 1, None, 5),
            ("01/BB", "handed_developer", "2026-03-02", 3, 600.0, 1),
            ("02/BB", "handed_developer", "2026-03-02", 1, None, 4),
        ]


def same_answers(left: Store, right: Store, cut: Cut, stages: Sequence[str]) -> None:
    """Assert that two stores answer every question alike."""

    def batches(store: Store) -> list[tuple[object, ...]]:
        return sorted((b.project, b.stage, b.day, sorted(b.keys)) for b in store.reached(cut))

    def stated(store: Store, stage: str) -> list[tuple[object, ...]]:
        return [(s.project, list(s.keys), list(s.days), list(s.seqs), str(list(s.area_m2))) for s in store.stated(cut, stage)]

    def papers(store: Store) -> list[tuple[object, ...]]:
        return [(p.number, p.date, p.project, p.stage, p.day, p.entries, p.first_seq) for p in store.papers(cut)]

    def all_of(store: Store) -> list[Recorded]:
        return list(store.events(cut))

    assert left.head_at(cut.known) == right.head_at(cut.known)
    assert all_of(left) == all_of(right)
    assert batches(left) == batches(right)
    assert list(left.drawn(cut)) == list(right.drawn(cut))
    assert papers(left) == papers(right)
    assert [p.stated_m2 for p in left.papers(cut)] == pytest.approx([p.stated_m2 for p in right.papers(cut)])
    for stage in stages:
        assert stated(left, stage) == stated(right, stage)
