"""An empty workbook for minutes: the columns, drop-downs for what has a list, and how to fill it in."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from parkgis.outputs import paper, workbook
from parkgis.outputs.pen import ACCENT, BASE, BOX, HEAD, RED
from parkgis.outputs.tables import clean
from parkgis.rules import stages
from parkgis.rules.counts import count_codes
from parkgis.rules.kinds import sheet_kinds
from parkgis.rules.obstacles import obstacle_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.model import Project
    from parkgis.rules.kinds import SheetKind
    from parkgis.words.catalogue import Words

REACHED = "reached"
ROWS = 1000  # ready to be filled in
WIDTHS = {
    "project": 30.0, "stage": 44.0, "code": 44.0, "owner": 34.0, "body": 34.0, "document": 20.0, "amount_vnd": 20.0, "note": 30.0,
    "what": 34.0, "batch": 24.0, "old_parcels": 26.0, "new_parcels": 26.0, "kind": 18.0, "area_m2": 16.0,
}  # fmt: skip
WIDTH = 14.0
DAYS = frozenset({"day", "document_date", "due"})
NUMBERS = frozenset({"area_m2", "tolerance_m2", "amount_vnd", "households", "organisations", "value", "baseline"})
HINTS = {
    "area_m2": "area", "tolerance_m2": "area", "amount_vnd": "money", "month": "month", "old_parcels": "parcels",
    "new_parcels": "parcels",
}  # fmt: skip
HELP_LINES = 8
CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date inside the file: the same template gives the same bytes


_LIST_WIDTHS = (
    (0, 0, 60), (1, 1, 3), (2, 2, 70), (3, 3, 20), (4, 4, 3), (5, 5, 24), (6, 6, 14), (7, 7, 3), (8, 8, 70), (9, 9, 24),
    (10, 10, 3), (11, 11, 40), (12, 12, 24),
)  # fmt: skip


def build(projects: Sequence[Project], words: Words, *, demo: bool, project: str = "", kind: str = REACHED) -> bytes:
    """Write a template.

    Parameters
    ----------
    projects : sequence of Project
        Offered in the drop-down.
    words : Words
    demo : bool
        Marks every sheet.
    project : str
        The only one offered; empty for all.
    kind : str
        Code of the kind of entries it takes (``rules/kinds.toml``); its columns and drop-downs.

    Returns
    -------
    bytes
        XLSX; text is written as text, never as a formula.
    """
    buffer = io.BytesIO()
    book = workbook.open_book(buffer)
    book.set_properties({"title": words("sheets.template_title"), "created": CREATED})
    sheets = [book.add_worksheet(words(f"sheets.template_{name}")) for name in ("name", "help", "lists")]
    drawing = _Drawing(book, words, sheet_kinds()[kind], demo=demo)
    offered = [p for p in projects if not project or p.id == project]
    drawing.lists(sheets[2], offered)
    drawing.minutes(sheets[0], len(offered))
    drawing.help(sheets[1])
    book.close()
    return buffer.getvalue()


def choice(project: Project, lang: str) -> str:
    """Return a project as the drop-down offers it, and as the reader of minutes understands it."""
    return clean(f"{project.id} – {project.name(lang)}")


class _Drawing:
    def __init__(self, book: Any, words: Words, kind: SheetKind, *, demo: bool) -> None:
        self.book, self.words, self.kind, self.demo = book, words, kind, demo
        self.head = book.add_format({**BOX, "bold": True, "text_wrap": True, "align": "center", "bg_color": HEAD})
        self.title = book.add_format({**BASE, "bold": True, "font_size": 14, "font_color": ACCENT})
        self.alarm = book.add_format({**BASE, "bold": True, "font_color": RED})
        self.plain = book.add_format({**BASE, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({**BASE, "num_format": "@"})
        self.day = book.add_format({**BASE, "num_format": "dd/mm/yyyy", "align": "center"})

    def _top(self, page: Any, title: str) -> int:
        """Write the title, and the mark of a demo; return the next free row."""
        page.write_string(0, 0, title, self.title)
        if self.demo:
            page.write_string(1, 0, self.words("word.demo"), self.alarm)
            page.set_header(f"&C{self.words('word.demo')}")
        return 3 if self.demo else 2

    def lists(self, page: Any, projects: Sequence[Project]) -> None:
        """Write what the drop-downs offer: projects in A, stages in C, kinds in F, obstacles in I, counts in L; from row 5 on."""
        self._top(page, self.words("sheets.template_lists"))
        lang = self.words.lang
        columns = {
            0: ("sheets.project", [choice(p, lang) for p in projects]),
            2: ("sheets.stage", [s.name(lang) for s in stages()]),
            3: ("sheets.list_stage", [s.code for s in stages()]),
            5: ("sheets.kind", [k.name(lang) for k in sheet_kinds().values()]),
            6: ("sheets.list_kind_code", list(sheet_kinds())),
            8: ("sheets.code", [c.name(lang) for c in obstacle_codes().values()]),
            9: ("sheets.list_code", list(obstacle_codes())),
            11: ("sheets.what", [c.name(lang) for c in count_codes().values()]),
            12: ("sheets.list_what", list(count_codes())),
        }
        for at, (title, values) in columns.items():
            page.write_string(3, at, self.words(title), self.head)
            for row, value in enumerate(values, start=4):
                page.write_string(row, at, value, self.text)
        for first, last, width in _LIST_WIDTHS:
            page.set_column(first, last, width)

    def minutes(self, page: Any, projects: int) -> None:
        """Write the heading, and what each column takes."""
        words, columns = self.words, self.kind.columns
        title = words("sheets.template_title")
        if self.kind.code != REACHED:
            title = words("sheets.template_title_kind", kind=self.kind.name(words.lang))
        header = self._top(page, title)
        for at, role in enumerate(columns):
            style = self.day if role in DAYS else None if role in NUMBERS else self.text
            page.set_column(at, at, WIDTHS.get(role, WIDTH), style)
            page.write_string(header, at, words(f"sheets.{role}"), self.head)
        page.set_row(header, 32)
        page.freeze_panes(header + 1, 0)
        for at, role in enumerate(columns):
            if rule := self._rule(role, projects):
                page.data_validation(header + 1, at, header + ROWS, at, rule)
        page.set_landscape()
        page.set_paper(paper.A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(header)

    def _rule(self, role: str, projects: int) -> dict[str, Any]:
        """Return what a column offers, allows, or explains; nothing for free text."""
        lists = f"='{self.words('sheets.template_lists')}'!"
        sources: dict[str, str | list[str]] = {
            "project": f"{lists}$A$5:$A${4 + max(projects, 1)}",
            "stage": f"{lists}$C$5:$C${4 + len(stages())}",
            "code": f"{lists}$I$5:$I${4 + len(obstacle_codes())}",
            "what": f"{lists}$L$5:$L${4 + len(count_codes())}",
            "kind": [self.kind.name(self.words.lang) if self.kind.code != REACHED else REACHED],
        }
        if role in sources:
            return self._one_of(sources[role])
        if role in DAYS:
            return self._a_day()
        if role in HINTS:
            hint = HINTS[role]
            title, message = self.words(f"sheets.{hint}_title"), self.words(f"sheets.{hint}_text")
            return {"validate": "any", "input_title": title, "input_message": message}
        return {}

    def _one_of(self, source: str | list[str]) -> dict[str, Any]:
        said = self.words
        return {
            "validate": "list", "source": source, "error_title": said("sheets.choose"), "error_message": said("sheets.choose_text"),
            "error_type": "warning",
        }  # fmt: skip

    def _a_day(self) -> dict[str, Any]:
        return {
            "validate": "date", "criteria": ">=", "value": dt.date(1993, 1, 1), "error_type": "warning",
            "error_title": self.words("sheets.date_title"), "error_message": self.words("sheets.date_text"),
        }  # fmt: skip

    def help(self, page: Any) -> None:
        """Write how to fill the workbook in."""
        row = self._top(page, self.words("sheets.template_help"))
        page.set_column(0, 0, 110)
        page.set_landscape()
        page.set_paper(paper.A4)
        page.fit_to_pages(1, 0)
        first = "help_1" if self.kind.code == REACHED else f"help_kind_{self.kind.code}"
        for line, key in enumerate([first, *(f"help_{n}" for n in range(2, HELP_LINES + 1))]):
            page.write_string(row + line, 0, f"{line + 1}. {self.words(f'sheets.{key}')}", self.plain)
            page.set_row(row + line, 32)
