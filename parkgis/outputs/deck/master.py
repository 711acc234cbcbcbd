"""The template of a deck: the one made here, or a PPTX of the Board's own with layouts of the same names.

A layout is a page with placeholders that PowerPoint's slide master view shows and its selection pane names. Where a
placeholder lies and how its text looks is the template's; what stands in it is the deck's. Charts, tables and the map
take the place of ``main``.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from parkgis.errors import ExtraMissing, FileMissing, FileUnreadable, Reason, TemplateInvalid
from parkgis.outputs.deck.pack import packed

try:
    from pptx import Presentation
    from pptx.exc import PythonPptxError
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.opc.oxml import serialize_part_xml
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn
    from pptx.util import Emu
except ImportError as error:
    raise ExtraMissing(what=Reason("extra_slides", "Slides"), extra="office") from error

if TYPE_CHECKING:
    from pathlib import Path

STAMP = "2026-01-01T00:00:00Z"  # the same template gives the same bytes
PREFIX = "parkgis "
LAYOUTS = {
    "number": ("title", "number", "lines", "main", "foot", "mark"),
    "wide": ("title", "lines", "main", "foot", "mark"),
    "picture": ("title", "main", "foot", "mark"),
}
"""Layouts a template must have, by their names after ``parkgis``, and the placeholders each must have."""

EMU_MM = 36_000
SLIDE = (12_192_000, 6_858_000)  # 16:9
LEFT, WIDTH = 14.0, 310.67
BAND = 6.0


class Place(NamedTuple):
    """A placeholder of the template made here: rectangle (mm), letters (pt), look."""

    box: tuple[float, float, float, float]
    size_pt: int
    bold: bool = False
    colour: str = "tx1"
    anchor: str = "t"
    gap_pt: int = 0


TITLE = Place((LEFT, 9.0, WIDTH, 18.0), 28, True, "tx2", "ctr")
FOOT = Place((LEFT, 180.0, WIDTH, 6.5), 10, False, "accent6", "ctr")
MARK = Place((LEFT, 2.0, WIDTH, 7.0), 12, True, "accent5", "ctr")
MADE: dict[str, dict[str, Place]] = {
    "number": {
        "title": TITLE,
        "number": Place((LEFT, 32.0, 112.0, 42.0), 66, True, "accent1", "ctr"),
        "lines": Place((LEFT, 78.0, 112.0, 98.0), 18, gap_pt=9),
        "main": Place((134.0, 32.0, 190.67, 144.0), 12),
        "foot": FOOT,
        "mark": MARK,
    },
    "wide": {
        "title": TITLE,
        "lines": Place((LEFT, 29.0, WIDTH, 18.0), 18, gap_pt=4),
        "main": Place((LEFT, 50.0, WIDTH, 127.0), 12),
        "foot": FOOT,
        "mark": MARK,
    },
    "picture": {"title": TITLE, "main": Place((LEFT, 29.0, WIDTH, 149.0), 12), "foot": FOOT, "mark": MARK},
}
FONT = "Arial"
COLOURS = {
    "dk2": "12324F", "lt2": "F0F2F4", "accent1": "0B4F8A", "accent2": "8A5A00", "accent3": "6B4C9A", "accent4": "1F2933",
    "accent5": "B00020", "accent6": "56616B",
}  # fmt: skip
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
SHAPE = """<p:sp xmlns:p="{p}" xmlns:a="{a}"><p:nvSpPr><p:cNvPr id="{id}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/>
</p:cNvSpPr><p:nvPr><p:ph type="{type}"{idx}/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/>
<a:ext cx="{cx}" cy="{cy}"/></a:xfrm></p:spPr><p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">
<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="l"><a:spcBef><a:spcPts val="{gap}"/></a:spcBef>
<a:buNone/><a:defRPr sz="{size}" b="{bold}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>
</a:lstStyle><a:p><a:r><a:rPr lang="en-US"/><a:t>{name}</a:t></a:r></a:p></p:txBody></p:sp>"""


class Template(NamedTuple):
    """An opened template: the presentation, its layouts and the placeholders of each by their names."""

    presentation: Any
    layouts: dict[str, Any]
    places: dict[str, dict[str, Any]]

    def size_mm(self, layout: str, name: str) -> tuple[float, float]:
        """Return width and height of a placeholder."""
        place = self.places[layout][name]
        return place.width / EMU_MM, place.height / EMU_MM


def make() -> bytes:
    """Return the template as it comes, a PPTX to restyle in PowerPoint: colours, fonts, pictures, places."""
    buffer = io.BytesIO()
    _made().save(buffer)
    return packed(buffer.getvalue(), STAMP)


def load(path: Path | None = None) -> Template:
    """Open a template and find its layouts.

    Parameters
    ----------
    path : Path, optional
        A PPTX; its slides are left out. The template made here where there is none.

    Raises
    ------
    FileMissing, FileUnreadable
    TemplateInvalid
        It lacks a layout or a placeholder; all that is missing is named at once.
    """
    presentation = _made() if path is None else _opened(path)
    _without_slides(presentation)
    layouts = {layout.name.strip().lower(): layout for layout in presentation.slide_layouts}
    found = {name: layouts[PREFIX + name] for name in LAYOUTS if PREFIX + name in layouts}
    places = {name: _places(layout) for name, layout in found.items()}
    missing = [f"{PREFIX}{name}" for name in LAYOUTS if name not in found]
    for name, wanted in LAYOUTS.items():
        missing += [f"{PREFIX}{name}: {place}" for place in wanted if name in found and place not in places[name]]
    if missing and path is not None:
        why = Reason(
            "deck_layouts",
            "it lacks these slide layouts or placeholders: {missing}. Start from the template that --make-template writes",
            missing="; ".join(missing),
        )
        raise TemplateInvalid(path=path, why=why)
    return Template(presentation, found, places)


def _places(layout: Any) -> dict[str, Any]:
    return {shape.name.strip().lower(): shape for shape in layout.placeholders}


def _opened(path: Path) -> Any:
    if not path.is_file():
        raise FileMissing(path=path)
    try:
        return Presentation(io.BytesIO(path.read_bytes()))
    except (PythonPptxError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, SyntaxError) as error:
        why = Reason("deck_no_pptx", "it is no PowerPoint presentation (.pptx)")
        raise TemplateInvalid(path=path, why=why) from error
    except OSError as error:
        raise FileUnreadable(path=path, why=error.strerror or str(error)) from error


def _without_slides(presentation: Any) -> None:
    ids = presentation.slides._sldIdLst  # the library has no way to take a slide out (1.0)
    for entry in list(ids):
        presentation.part.drop_rel(entry.get(qn("r:id")))
        ids.remove(entry)


# -- the template made here ----------------------------------------------------------------------------------


def _made() -> Any:
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(SLIDE[0]), Emu(SLIDE[1])
    _without_leftovers(presentation)
    master = presentation.slide_master
    _theme(master)
    _master_places(master)
    layouts = list(presentation.slide_layouts)
    for layout in layouts[len(MADE) :]:
        presentation.slide_layouts.remove(layout)
    for layout, (name, places) in zip(layouts, MADE.items(), strict=False):
        layout.name = PREFIX + name
        layout._element.attrib.pop("type", None)  # they are no longer what PowerPoint knows under that type
        tree = layout.shapes._spTree
        for shape in list(layout.shapes):
            tree.remove(shape._element)
        for n, (place, look) in enumerate(places.items()):
            tree.append(_shape(n, place, look))
    return presentation


def _without_leftovers(presentation: Any) -> None:
    """Take out what the library's own template brings: its format, its author, somebody's printer, a picture of another slide."""
    about = presentation.core_properties
    about.title, about.author, about.last_modified_by, about.revision = "parkgis", "", "", 1
    presentation._element.find(qn("p:sldSz")).attrib.pop("type", None)
    package = presentation.part.package
    strange = (
        (presentation.part, RELATIONSHIP_TYPE.PRINTER_SETTINGS), (package, RELATIONSHIP_TYPE.THUMBNAIL),
        (package, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES),
    )  # fmt: skip
    for part, kind in strange:
        for name in [name for name, found in part._rels.items() if found.reltype == kind]:
            part._rels.pop(name)


def _theme(master: Any) -> None:
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root: Any = parse_xml(part.blob)
    for latin in root.iterfind(f".//{{{A}}}fontScheme/*/{{{A}}}latin"):
        latin.set("typeface", FONT)
    for name, colour in COLOURS.items():
        (slot,) = root.iterfind(f".//{{{A}}}clrScheme/{{{A}}}{name}")
        slot[:] = [parse_xml(f'<a:srgbClr {nsdecls("a")} val="{colour}"/>')]
    part._blob = serialize_part_xml(root)


def _master_places(master: Any) -> None:
    """Stretch the master's own placeholders, which were drawn for 4:3, over the wider page."""
    wider = SLIDE[0] / 9_144_000
    for shape in master.placeholders:
        shape.left, shape.width = Emu(round(shape.left * wider)), Emu(round(shape.width * wider))


def _shape(n: int, name: str, look: Place) -> Any:
    left, top, width, height = (round(mm * EMU_MM) for mm in look.box)
    kind, idx = ("title", "") if name == "title" else ("body", f' idx="{10 + n}" sz="quarter"')
    return parse_xml(
        SHAPE.format(
            p=P, a=A, id=n + 2, name=name, type=kind, idx=idx, x=left, y=top, cx=width, cy=height, anchor=look.anchor,
            gap=look.gap_pt * 100, size=look.size_pt * 100, bold=int(look.bold), colour=look.colour,
        )
    )  # fmt: skip
