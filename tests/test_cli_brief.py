"""parkgis brief: slides, cards and snippet in a folder; templates and folders that do not fit are refused in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import decks
import drawn
import pytest
from commands import parkgis

from parkgis.outputs.deck import snippet

if TYPE_CHECKING:
    from playwright.sync_api import Page

ASKED = ["--on", "2026-06-30", "--known", "2026-07-01T01:30Z", "--no-forecast"]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return decks.busy(tmp_path_factory.mktemp("busy") / "w").workspace.root


def run(workspace: Path, *args: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = parkgis("brief", *ASKED, "-C", str(workspace), *map(str, args), cwd=workspace)
    assert done.returncode == expect, done.stderr
    return done


class Tags(HTMLParser):
    """Gather the tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def written(busy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "thư mục 1"
    done = run(busy, "--formats", "pptx,png,svg,snippet", "--lang", "vi", "-o", folder, "--since", "2026-04-30", "--format", "json")
    assert sorted(json.loads(done.stdout)["parkgis.written/v1"]) == sorted(map(str, folder.iterdir()))
    return folder


def test_every_file_says_demo_day_and_language(written: Path) -> None:
    stem = "DEMO-brief-2026-06-30-vi"
    names = [f"{name}-{size}" for name in ("number", "burn-up", "map") for size in ("slide", "social")]
    cards = {f"{stem}-{name}.{kind}" for name in names for kind in ("png", "svg")}
    assert {p.name for p in written.iterdir()} == {
        f"{stem}.pptx",
        f"{stem}-cards.html",
        f"{stem}-embed.html",
        f"{stem}-embed.md",
        *cards,
    }


def test_cards_have_the_sizes_they_are_for(written: Path) -> None:
    sizes = {p.name.rpartition("-")[2]: drawn.size(p.read_bytes()) for p in written.glob("*.png")}
    assert sizes == {"slide.png": (1920, 1080), "social.png": (1200, 630)}


def test_the_snippet_names_files_beside_it_and_says_what_they_show(written: Path) -> None:
    (embed,), (markdown,) = written.glob("*-embed.html"), written.glob("*-embed.md")
    tags = Tags(embed.read_text(encoding="utf-8")).found
    for tag, given in tags:
        assert tag in ("iframe", "img")
        source, said = given["src"], given.get("alt") or given.get("title")
        assert source and "/" not in source and (written / urllib.parse.unquote(source)).is_file() and said and len(said) > 20
    alts = [given["alt"] or "" for tag, given in tags if tag == "img"]
    assert len(alts) == 3 and all(alt.startswith("DEMO") for alt in alts) and "1,20" in alts[0]
    text = markdown.read_text(encoding="utf-8")
    assert text.count("![") == 3 and all(name in text for name in ("number-social.png", "map-social.png"))


def test_the_framed_page_shows_its_cards_without_network(written: Path, page: Page, tmp_path: Path) -> None:
    (cards,), (embed,) = written.glob("*-cards.html"), written.glob("*-embed.html")
    for file in (cards, *written.glob("*-social.png")):
        shutil.copyfile(file, tmp_path / file.name)
    host = tmp_path / "host.html"
    host.write_text(f"<!DOCTYPE html><title>x</title>{embed.read_text(encoding='utf-8')}", encoding="utf-8")
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe").locator("img")
    frame.first.wait_for()
    page.wait_for_timeout(300)
    (shown,) = (f for f in page.frames if f.parent_frame)
    assert frame.count() == 3 and shown.locator("img").first.bounding_box() is not None
    page.goto(cards.as_uri())
    assert page.evaluate("[...document.images].map((i) => i.naturalWidth)") == [1200, 1200, 1200]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_hostile_name_stays_text_in_the_snippet() -> None:
    card = snippet.Shown('a"><script>.png', b"", '"><script>alert(1)</script>](x) ![', 1, 1)
    markdown = snippet.as_markdown([card], "# <b>", "")
    assert [tag for tag, _ in Tags(snippet.image(card) + snippet.frame('"><script>', '"><script>')).found] == ["img", "iframe"]
    assert "<script" not in snippet.page([card], "<script>", "<script>", "vi") and "](x)" not in markdown and "\n# " not in markdown


def test_a_template_made_here_can_be_used_and_a_foreign_one_is_refused(busy: Path, tmp_path: Path) -> None:
    mine, out = tmp_path / "mẫu.pptx", tmp_path / "out"
    run(busy, "--make-template", mine)
    run(busy, "--formats", "pptx", "--template", mine, "-o", out)
    assert len(list(out.iterdir())) == 1
    plain = decks.read(mine.read_bytes())
    plain.slide_layouts[0].name = "Trang bìa"
    plain.save(str(mine))
    refused = run(busy, "--formats", "pptx", "--template", mine, "-o", tmp_path / "none", "--lang", "vi", expect=55)
    assert "parkgis number" in refused.stderr and len(refused.stderr.strip().splitlines()) == 1 and not (tmp_path / "none").exists()
    (tmp_path / "x.pptx").write_bytes(b"PK\x03\x04 no")
    assert "x.pptx" in run(busy, "--template", tmp_path / "x.pptx", expect=55).stderr


def test_a_format_nobody_knows_and_a_folder_that_is_a_file_are_refused(busy: Path, tmp_path: Path) -> None:
    assert "docx" in run(busy, "--formats", "pptx,docx", expect=2).stderr
    (tmp_path / "f").write_text("x", encoding="utf-8")
    run(busy, "--formats", "snippet", "-o", tmp_path / "f", expect=61)
    assert (tmp_path / "f").read_text(encoding="utf-8") == "x"


def test_libreoffice_shows_every_slide(written: Path, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("LibreOffice (soffice) is not on the PATH")
    (pptx,) = written.glob("*.pptx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = [
        "soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(pptx),
    ]  # fmt: skip
    subprocess.run(done, capture_output=True, check=True, timeout=120)
    pages = drawn.texts((tmp_path / f"{pptx.stem}.pdf").read_bytes())
    assert len(pages) == len(decks.read(pptx.read_bytes()).slides)
    assert "1,20" in pages[0] and all("DEMO" in page for page in pages)
