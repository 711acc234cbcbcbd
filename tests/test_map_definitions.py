"""Map definitions: the shipped six, one more by copying a file, and a refusal that names the line for every slip."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from pathlib import Path

import make
import pytest
from commands import parkgis
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import MapInvalid, UsageError
from parkgis.outputs import map_schema as schema
from parkgis.outputs.map_definition import MapDefinition, find, read, stage_classes_of
from parkgis.outputs.map_lines import line_numbers, line_of
from parkgis.workspace import shipped

SHIPPED = ("blockers", "change", "clearance", "overview", "public", "usable")


def definition(folder: Path, text: str, name: str = "sixth") -> MapDefinition:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def refusal(folder: Path, text: str) -> tuple[int, str]:
    """Return line and reason of the refusal."""
    with pytest.raises(MapInvalid) as caught:
        definition(folder, text)
    return caught.value.facts["line"], str(caught.value.facts["why"])


GOOD = 'title = { vi = "Bản đồ", en = "Map" }\n[[layers]]\nshow = "parcels"\n'


# -- what is shipped ---------------------------------------------------------------------------------------


def test_the_six_shipped_maps_can_be_read() -> None:
    assert [d.name for d in find([shipped() / "maps"], [], every=True)] == list(SHIPPED)


def test_the_public_map_shows_no_parcel_and_loads_nothing() -> None:
    (public,) = find([shipped() / "maps"], ["public"])
    assert public.public and public.tiles is None and not public.shows(*schema.PRIVATE)


def test_every_shipped_title_is_said_in_both_languages() -> None:
    for made in find([shipped() / "maps"], [], every=True):
        assert set(made.title) == {"vi", "en"} and made.title["vi"] != made.title["en"]


def test_a_workspace_file_goes_before_the_shipped_one(tmp_path: Path) -> None:
    own = GOOD.replace('"Bản đồ"', '"Của tôi"')
    definition(tmp_path, own, "overview")
    (found,) = find([tmp_path, shipped() / "maps"], ["overview"])
    assert found.title["vi"] == "Của tôi"


def test_an_unknown_map_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        find([shipped() / "maps"], ["clearence"])
    assert "clearance" in str(caught.value)


# -- what a definition can say -----------------------------------------------------------------------------


def test_everything_the_format_knows(tmp_path: Path) -> None:
    made = definition(
        tmp_path,
        """
title = { vi = "Đủ", en = "All" }
note = "một lời, both languages"
edition = "internal"
language = "en"
extent = [105.9, 21.0, 106.3, 21.3]
parks = ["QV"]
compare = 2026-03-31
slider = true

[[layers]]
file = "layers/outlines/communes.gpkg"
label = { vi = "Xã", en = "Communes" }
attribution = "Sở NN&MT"
name_field = "ten_xa"
colour = "#64748B"
width = 1.5
dashed = true

[[layers]]
show = "projects"
colour = "share"
popup = ["developer", "share"]
[[layers.classes]]
to = 0.5
colour = "#c7e9b4"
label = { vi = "đến một nửa", en = "up to half" }
[[layers.classes]]
colour = "#253494"
label = { vi = "hơn", en = "more" }

[[layers]]
show = "parcels"
colour = "change"
on = false

[tiles]
provider = "OpenStreetMap.Mapnik"
""",
    )
    lines, projects, parcels = made.layers
    assert (lines.show, lines.colour, lines.width, lines.dashed, lines.name_field) == ("file", "#64748b", 1.5, True, "ten_xa")
    assert [c.to for c in projects.classes] == [0.5, None] and projects.popup == ("developer", "share")
    assert (parcels.colour, parcels.on, made.compare) == ("change", False, dt.date(2026, 3, 31))
    assert made.extent == (105.9, 21.0, 106.3, 21.3) and made.note == {"vi": made.note["en"], "en": made.note["en"]}  # type: ignore[index]
    assert made.tiles is not None and made.tiles.provider == "OpenStreetMap.Mapnik"


def test_stages_can_be_put_together_into_classes(tmp_path: Path) -> None:
    codes = schema.stage_codes()
    parts = (codes[:1], codes[1:-1], codes[-1:])
    rows = [f'[[layers.classes]]\nstages = {json.dumps(list(part))}\ncolour = "#111111"\nlabel = "x"\n' for part in parts]
    text = GOOD + 'colour = "stage"\n' + "".join(rows)
    (layer,) = definition(tmp_path, text).layers
    assert stage_classes_of(layer) == [0, *[1] * (len(codes) - 2), 2]


# -- what cannot be followed -------------------------------------------------------------------------------

BAD = {
    "not TOML": ('title = "a\n', 1, "TOML"),
    "no title": ('[[layers]]\nshow = "parcels"\n', 1, "title"),
    "unknown key": (GOOD + "\ncolor = 1\n", 5, "color"),
    "unknown layer": (GOOD.replace('"parcels"', '"parzels"'), 3, "parcels, tranches"),
    "unknown colouring": (GOOD + 'colour = "rainbow"\n', 4, "stage, change"),
    "colour without #": (GOOD + 'colour = "2c7fb8"\n', 4, "stage, change"),
    "unknown field": (GOOD + 'popup = ["owner"]\n', 4, "land_use"),
    "wrong type": (GOOD + 'on = "yes"\n', 4, "on = true"),
    "no layers": ('title = "a"\n', 1, "[[layers]]"),
    "layers no list": ('title = "a"\nlayers = 3\n', 2, "[[layers]]"),
    "a layer twice": (GOOD + '[[layers]]\nshow = "parcels"\n', 5, "parcels"),
    "extent turned around": (GOOD.replace("[[", "extent = [106.3, 21.0, 105.9, 21.3]\n[[", 1), 2, "extent"),
    "extent elsewhere": (GOOD.replace("[[", "extent = [2.0, 48.0, 3.0, 49.0]\n[[", 1), 2, "extent"),
    "day as text": (GOOD.replace("[[", 'compare = "2026-03-31"\n[[', 1), 2, "2026-03-31"),
    "nothing to compare": ('title = "a"\ncompare = 2026-03-31\n[[layers]]\nshow = "projects"\n', 2, "two days"),
    "a path out of the workspace": ('title = "a"\n[[layers]]\nfile = "../x.gpkg"\n', 3, "layers/outlines"),
    "a path of another disk": ('title = "a"\n[[layers]]\nfile = "C:/x.gpkg"\n', 3, "layers/outlines"),
    "file without credit": ('title = "a"\n[[layers]]\nfile = "x.gpkg"\nlabel = "x"\ncolour = "#000000"\n', 2, "attribution"),
    "parcels in public": ('title = "a"\nedition = "public"\n[[layers]]\nshow = "parcels"\n', 4, "stages"),
    "blockers in public": ('title = "a"\nedition = "public"\n[[layers]]\nshow = "blockers"\n', 4, "stages"),
    "tiles in public": (
        'title = "a"\nedition = "public"\n[[layers]]\nshow = "stages"\n[tiles]\nprovider = "OpenStreetMap.Mapnik"\n', 5, "network",
    ),
    "unknown tiles": (GOOD + '[tiles]\nprovider = "Nowhere.Land"\n', 5, "xyzservices"),
    "tiles no table": ('tiles = "OSM"\n' + GOOD, 1, "[tiles]"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_refusal_names_the_line_and_what_to_write(tmp_path: Path, case: str) -> None:
    text, line, said = BAD[case]
    found, why = refusal(tmp_path, text)
    assert (found, said in why) == (line, True), why


def classes(*limits: float | None, colour: str = "share") -> str:
    rows = "".join(
        f'[[layers.classes]]\n{f"to = {limit}" if limit is not None else ""}\ncolour = "#111111"\nlabel = "x"\n' for limit in limits
    )
    return f'title = "a"\n[[layers]]\nshow = "projects"\ncolour = "{colour}"\n{rows}'


@pytest.mark.parametrize(
    ("limits", "said"),
    [((0.5, 0.4, None), "0.4"), ((0.5, 0.5, None), "grow"), ((None, 0.5), "last class"), ((0.25, 0.5), "0.5 would have no class")],
)
def test_classes_leave_no_gap(tmp_path: Path, limits: tuple[float | None, ...], said: str) -> None:
    assert said in refusal(tmp_path, classes(*limits))[1]


def test_a_stage_in_no_class_or_in_two_is_named(tmp_path: Path) -> None:
    text = GOOD + 'colour = "stage"\n[[layers.classes]]\nstages = ["none", "notice", "notice"]\ncolour = "#111111"\nlabel = "x"\n'
    _, why = refusal(tmp_path, text)
    assert "notice" in why and "handed_developer" in why


def test_one_colour_has_no_classes(tmp_path: Path) -> None:
    assert "take these out" in refusal(tmp_path, classes(None, colour="outline"))[1]


@given(st.text(max_size=60))
def test_any_text_is_a_definition_or_a_refusal(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.toml"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        with pytest.raises(MapInvalid):
            read(path)


def test_lines_are_those_of_the_file() -> None:
    text = "a = 1\n\n[[layers]]\nshow = 1\n[[layers.classes]]\nto = 1\n[[layers.classes]]\nto = 2\n"
    text += "[[layers]]\nshow = 2\n[tiles]\nkey = 3\n"
    lines = line_numbers(text)
    places = [("a",), ("layers", 0, "show"), ("layers", 0, "classes", 1, "to"), ("layers", 1, "show"), ("tiles", "key")]
    assert [line_of(lines, place) for place in places] == [1, 4, 8, 10, 12]
    assert line_of(lines, ("layers", 1, "classes", 3)) == 9  # the nearest table around it


# -- the command -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "w"
    make.workspace(folder)
    return folder


def test_a_sixth_map_is_a_copied_file(office: Path) -> None:
    (office / "maps").mkdir(exist_ok=True)
    text = (shipped() / "maps/overview.toml").read_text(encoding="utf-8")
    changed = text.replace("Bản đồ tiến độ bàn giao đất khu công nghiệp", "Quế Võ").replace(
        'edition = "internal"', 'parks = ["QV"]'
    )
    (office / "maps/que-vo.toml").write_text(changed, encoding="utf-8")
    drawn = parkgis("map", "que-vo", "--on", "2026-06-30", "--format", "json", cwd=office)
    assert drawn.returncode == 0, drawn.stderr
    (path,) = json.loads(drawn.stdout)["parkgis.written/v1"]
    assert path["path"].endswith("que-vo-2026-06-30-vi.html") if isinstance(path, dict) else "que-vo" in path


def test_a_bad_definition_ends_with_its_own_exit_code_and_the_line(office: Path) -> None:
    folder = office.parent / "bad"
    shutil.copytree(office, folder)
    (folder / "maps").mkdir(exist_ok=True)
    (folder / "maps/slip.toml").write_text(GOOD + 'colour = "blue"\n', encoding="utf-8")
    told = parkgis("map", "slip", "--on", "2026-06-30", "--lang", "vi", cwd=folder)
    assert told.returncode == 54
    assert "slip.toml, dòng 4" in told.stderr
    assert not list((folder / "maps").glob("slip*.html"))


def test_a_park_that_is_not_there_is_named_with_the_nearest(office: Path) -> None:
    folder = office.parent / "parks"
    shutil.copytree(office, folder)
    (folder / "maps").mkdir(exist_ok=True)
    (folder / "maps/one.toml").write_text('parks = ["QVV"]\n' + GOOD, encoding="utf-8")
    told = parkgis("map", "one", "--on", "2026-06-30", "--lang", "en", cwd=folder)
    assert told.returncode == 54 and "line 1" in told.stderr and "QV" in told.stderr


def test_two_days_that_run_backwards_are_refused(office: Path) -> None:
    told = parkgis("map", "change", "--on", "2026-06-30", "--compare", "2026-07-01", "--lang", "en", cwd=office)
    assert told.returncode == 2 and "run backwards" in told.stderr


def test_one_output_for_several_maps_is_refused(office: Path) -> None:
    told = parkgis("map", "--all", "-o", "x.html", "--lang", "en", cwd=office)
    assert told.returncode == 2 and "--output names one file" in told.stderr


def test_embed_writes_the_small_map_its_picture_the_frame_and_an_example(office: Path) -> None:
    drawn = parkgis("map", "public", "--embed", "--embed-origin", "https://www.bacninh.gov.vn", "--on", "2026-06-30", cwd=office)
    assert drawn.returncode == 0, drawn.stderr
    stem = "public-2026-06-30-vi"
    written = {path.name.removeprefix(stem) for path in (office / "maps").glob(f"{stem}*")}
    assert written == {"-embed.html", ".svg", "-frame.html", "-example.html"}
    frame = (office / f"maps/{stem}-frame.html").read_text(encoding="utf-8")
    assert f'src="{stem}-embed.html"' in frame and 'sandbox="allow-scripts"' in frame and f'src="{stem}.svg"' in frame


def test_an_origin_that_is_none_is_refused(office: Path) -> None:
    told = parkgis(
        "map", "public", "--embed", "--embed-origin", "bacninh.gov.vn/x", "--on", "2026-06-30", "--lang", "en", cwd=office
    )
    assert told.returncode == 2 and "--embed-origin" in told.stderr
