"""`parkgis report` and `parkgis reports`: which files, which exit code, what a script is told, what is kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import busy
import pytest
from commands import parkgis

KNOWN = ["--on", "2026-07-03", "--known", "2026-07-03T19:00+07:00"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return busy.workspace(tmp_path_factory.mktemp("busy") / "w").root


def test_all_writes_every_format_in_both_languages_and_says_so_as_json(here: Path, tmp_path: Path) -> None:
    done = parkgis("report", *KNOWN, "--all", str(tmp_path / "out"), "--json", cwd=here)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)["parkgis.report/v1"]
    written = {Path(f["path"]).name: f for f in said["files"]}
    assert sorted(written) == sorted(
        f"report-2026-07-03-{lang}.{form}" for lang in ("vi", "en") for form in ("xlsx", "docx", "html", "pdf", "pptx")
    )
    for name, file in written.items():
        content = (tmp_path / "out" / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    assert (said["counted_m2"], said["compared"]["on"], said["compared"]["counted_m2"]) == (6300, "2026-06-26", 3600)
    assert {f["code"] for f in said["broken"]} == {"report_order"}
    wanted = ["--formats", "xlsx,docx,html,pdf,pptx", "--lang", "en", "-o", str(tmp_path / "twice")]
    again = json.loads(parkgis("report", *KNOWN, *wanted, "--json", cwd=here).stdout)["parkgis.report/v1"]["files"]
    assert {Path(f["path"]).name: f["sha256"] for f in again} == {n: f["sha256"] for n, f in written.items() if "-en." in n}


def test_a_kept_report_is_compared_with_next_and_shown_again_as_sent(tmp_path: Path) -> None:
    root = busy.workspace(tmp_path / "w").root
    kept = parkgis("report", *KNOWN, "--format", "xlsx", "--keep", "--by", "An", "--json", cwd=root)
    assert json.loads(kept.stdout)["parkgis.report/v1"]["kept"] == 1
    after = ["--on", "2026-07-09", "--known", "2026-07-09T19:00+07:00"]
    said = json.loads(parkgis("report", *after, "--format", "xlsx", "--json", cwd=root).stdout)["parkgis.report/v1"]
    assert (said["compared"]["on"], said["compared"]["kept"]) == ("2026-07-03", 1)
    shown = parkgis("reports", "show", "1", "--output", "again", cwd=root)
    assert shown.returncode == 0, shown.stderr
    name = "report-2026-07-03-vi.xlsx"
    assert (root / "again" / name).read_bytes() == (root / "reports" / name).read_bytes()
    listed = parkgis("reports", "list", "--json", cwd=root)
    assert [k["number"] for k in json.loads(listed.stdout)["parkgis.kept_list/v1"]] == [1]
    assert parkgis("reports", "verify", cwd=root).returncode == 0
    (root / "reports" / "kept" / "0001" / name).write_text("sửa", encoding="utf-8")
    assert parkgis("reports", "verify", cwd=root).returncode == 1
    assert parkgis("reports", "show", "1", cwd=root).returncode == 12
    assert parkgis("reports", "show", "9", cwd=root).returncode == 2


def test_narrowed_reports_have_names_of_their_own(here: Path, tmp_path: Path) -> None:
    words = ["report", *KNOWN, "--format", "xlsx", "--period", "month", "--project", "QV", "-o", str(tmp_path)]
    assert parkgis(*words, cwd=here).returncode == 0
    assert [p.name for p in tmp_path.iterdir()] == ["report-month-QV-2026-07-03-vi.xlsx"]


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["--format", "odt"], 2, "xlsx, docx, html, pdf, pptx"),
        (["--park", "QVX"], 2, "QV"),
        (["--project", "NOPE"], 41, "NOPE"),
        (["--park", "QV", "--project", "QV"], 2, "--park"),
        (["--template", "x.docx"], 2, "docx"),
        (["--template", "x.pptx", "--format", "docx"], 2, "pptx"),
        (["--template", "none.pptx", "--format", "pptx"], 11, "none.pptx"),
        (["--all", "a", "--output", "b"], 2, "--all"),
        (["--format", "docx", "--template", "none.docx"], 11, "none.docx"),
        (["--fail-on", "warning", "--format", "xlsx"], 1, ""),
    ],
)  # fmt: skip
def test_refusals_are_one_sentence_with_their_code(here: Path, tmp_path: Path, words: list[str], code: int, part: str) -> None:
    where = [] if "--output" in words else ["-o", str(tmp_path / "out")]
    done = parkgis("report", *KNOWN, *words, *where, cwd=here)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert part in done.stderr


def test_a_template_that_is_none_leaves_no_file_of_any_format(here: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.docx"
    foreign.write_bytes(b"PK not a document")
    done = parkgis("report", *KNOWN, "--format", "xlsx,docx", "--template", str(foreign), "-o", str(tmp_path / "out"), cwd=here)
    assert 10 <= done.returncode < 70
    assert "foreign.docx" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_replaced_is_one_sentence_and_stays(here: Path, tmp_path: Path) -> None:
    taken = tmp_path / "report-2026-07-03-vi.html"
    taken.mkdir()  # as Windows refuses to replace a file that Excel has open
    done = parkgis("report", *KNOWN, "--format", "html", "-o", str(tmp_path), cwd=here)
    assert done.returncode == 61
    assert taken.name in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == [taken.name]


def test_the_shipped_template_can_be_written_and_used(here: Path, tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    assert parkgis("report", "--write-template", str(path), cwd=here).returncode == 0
    done = parkgis("report", *KNOWN, "--format", "docx", "--template", str(path), "-o", str(tmp_path), cwd=here)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report-2026-07-03-vi.docx").stat().st_size > 10_000
